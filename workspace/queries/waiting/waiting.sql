-- What waits for the viewer to be done, what is due first: drafts to approve and to send, referrals to answer, requests for
-- access, and for permission that material of one's country leaves, changes that others propose, and comments that call the viewer. A
-- draft whose drafter can act no more waits for the drafter's
-- country, before all others.
with me as (select a.id as agency_id, a.country from agency a where a.id = (select my_agency())),
drafted as materialized (select * from referral r where r.operation_id = :operation and r.state = 'drafted'),
drafter as materialized (  -- asked once of each, not of each draft
  select u.id, u.name, part_ended(:operation, u.id, cast(:drafters as text[])) as ended,
    u.id <> (select my_id()) and are_independent(:operation, u.id, (select my_id())) as is_independent
  from app_user u where u.id in (select d.drafted_by from drafted d)),
draft as (
  select r.*, l.number as lead_number, u.name as drafter, u.ended, u.is_independent, r.from_country = (select country from me) as is_countrys
  from drafted r left join lead l on l.id = r.lead_id join drafter u on u.id = r.drafted_by)
select * from (
  select 'approve' as what, d.id as referral_id, d.number as referral_number, d.lead_id, d.lead_number,
    d.from_country, d.to_country, d.urgency, d.drafted_at as since, null::timestamptz as due_at,
    d.drafter as whose, case when d.is_countrys then coalesce(d.ended, 'second_person') else 'second_person' end as because,
    null::uuid as medium_id, null::uuid as comment_id
  from draft d
  where 'approve_referral' = any (:actions) and d.approved_by is null and d.drafted_by <> (select my_id())
    and (d.is_countrys and d.ended is not null or d.is_independent)
  union all
  select case d.package_state when 'failed' then 'failed' else 'send' end, d.id, d.number, d.lead_id, d.lead_number, d.from_country, d.to_country,
    d.urgency, d.approved_at, null, d.drafter, d.ended, null, null
  from draft d
  where 'send_referral' = any (:actions) and d.approved_by is not null and d.package_state in ('built', 'failed')
    and (d.drafted_by = (select my_id()) or d.is_countrys and d.ended is not null)
  union all
  select 'answer', r.id, r.number, r.lead_id, l.number, r.from_country, r.to_country, r.urgency, r.sent_at, r.due_at, null, null, null, null
  from referral r left join lead l on l.id = r.lead_id
  where r.operation_id = :operation and 'answer_referral' = any (:actions) and r.to_agency_id = (select my_agency())
    and r.state in ('sent', 'acknowledged')
  union all
  select 'access', null, null, g.lead_id, l.number, a.country, null, null, g.asked_at, null, u.name, null, null, null
  from access_grant g join compartment c on c.id = g.compartment_id join agency a on a.id = g.agency_id
  join app_user u on u.id = g.asked_by left join lead l on l.id = g.lead_id
  where g.operation_id = :operation and 'answer_access' = any (:actions) and g.answered_at is null and c.agency_id = (select my_agency())
  union all
  select 'permit', r.id, r.number, l.id, l.number, f.country, t.country, null, p.asked_at, null, null, null, null, null
  from release_permission p join agency f on f.id = p.from_agency_id join agency t on t.id = p.to_agency_id
  left join referral r on r.id = p.referral_id left join lead l on l.id = r.lead_id
  where p.operation_id = :operation and 'answer_permission' = any (:actions) and p.granted is null
    and p.owner_country = (select country from me) and permission_is_open(p.id)
  union all
  select 'propose', null, null, null, null, u.country, null, null, p.proposed_at, null, null, null, null, null
  from proposal p join compartment c on c.id = p.compartment_id join user_with_country u on u.id = p.proposed_by
  where p.operation_id = :operation and p.answer is null and c.agency_id = (select my_agency())
    and case p.kind when 'grade' then 'grade_media' when 'person_word' then 'describe_person' when 'series' then 'place_person'
      when 'exhibit_fact' then 'correct_exhibit' else 'close_entry' end = any (:actions)
  union all
  select 'mention', null, null, c.lead_id, l.number, u.country, null, null, n.called_at, null, u.name, null, c.media_item_id, c.id
  from mention n join comment c on c.id = n.comment_id join user_with_country u on u.id = c.author_id left join lead l on l.id = c.lead_id
  where n.operation_id = :operation and n.user_id = (select my_id()) and n.read_at is null
    and (l.id is not null or exists (select 1 from media_item m where m.id = c.media_item_id))
) waits
order by coalesce(because, 'second_person') = 'second_person', due_at nulls last,
  case urgency when 'urgent' then 0 when 'priority' then 1 else 2 end, since
