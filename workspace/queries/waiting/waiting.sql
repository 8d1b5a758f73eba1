-- What waits for the viewer to be done, what is due first: drafts to approve and to send, referrals to answer, requests for
-- access, and for permission that material of one's country leaves.
select * from (
  select 'approve' as what, r.id as referral_id, r.number as referral_number, r.lead_id, l.number as lead_number,
    r.from_country, r.to_country, r.urgency, r.drafted_at as since, null::timestamptz as due_at
  from referral r left join lead l on l.id = r.lead_id
  where r.operation_id = :operation and 'approve_referral' = any (:actions) and r.state = 'drafted' and r.approved_by is null
    and r.drafted_by <> my_id()
  union all
  select 'send', r.id, r.number, r.lead_id, l.number, r.from_country, r.to_country, r.urgency, r.approved_at, null
  from referral r left join lead l on l.id = r.lead_id
  where r.operation_id = :operation and 'send_referral' = any (:actions) and r.state = 'drafted' and r.approved_by is not null
    and r.drafted_by = my_id() and r.package_state = 'built'
  union all
  select 'answer', r.id, r.number, r.lead_id, l.number, r.from_country, r.to_country, r.urgency, r.sent_at, r.due_at
  from referral r left join lead l on l.id = r.lead_id
  where r.operation_id = :operation and 'answer_referral' = any (:actions) and r.to_agency_id = my_agency()
    and r.state in ('sent', 'acknowledged')
  union all
  select 'access', null, null, g.lead_id, l.number, a.country, null, null, g.asked_at, null
  from access_grant g join compartment c on c.id = g.compartment_id join agency a on a.id = g.agency_id
  left join lead l on l.id = g.lead_id
  where g.operation_id = :operation and 'answer_access' = any (:actions) and g.answered_at is null and c.agency_id = my_agency()
  union all
  select 'permit', r.id, r.number, l.id, l.number, f.country, t.country, null, p.asked_at, null
  from release_permission p join agency f on f.id = p.from_agency_id join agency t on t.id = p.to_agency_id
  left join referral r on r.id = p.referral_id left join lead l on l.id = r.lead_id
  where p.operation_id = :operation and 'answer_permission' = any (:actions) and p.granted is null
    and p.owner_country = (select a.country from agency a where a.id = my_agency()) and permission_is_open(p.id)
) waits
order by due_at nulls last, case urgency when 'urgent' then 0 when 'priority' then 1 else 2 end, since
