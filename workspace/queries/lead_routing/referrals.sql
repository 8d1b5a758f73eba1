-- The referrals of a lead by number, with the agency that gets each and the people who signed it.
select r.id, r.number, r.from_country, r.competence, r.urgency, r.state, r.message, r.reason, r.package_state,
  r.drafted_at, r.sent_at, r.due_at,
  t.id as agency_id, t.name as agency, t.country as agency_country,
  d.id as drafter_id, d.name as drafter, d.country as drafter_country, r.played_by as drafter_played_by,
  p.id as approver_id, p.name as approver, p.country as approver_country, coalesce(r.approved_played_by, 'person') as approver_played_by
from referral r join agency t on t.id = r.to_agency_id join user_with_country d on d.id = r.drafted_by
left join user_with_country p on p.id = r.approved_by
where r.lead_id = :lead order by r.number
