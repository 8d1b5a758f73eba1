-- The referrals of a lead by number, with the agency that gets each, the people who signed it, and what holds it back or released it.
select r.id, r.number, r.from_country, r.competence, r.urgency, r.state, r.message, r.reason, r.package_state,
  r.drafted_at, r.sent_at, r.due_at,
  t.id as agency_id, t.name as agency, t.country as agency_country,
  d.id as drafter_id, d.name as drafter, d.country as drafter_country, r.played_by as drafter_played_by,
  p.id as approver_id, p.name as approver, p.country as approver_country, coalesce(r.approved_played_by, 'person') as approver_played_by,
  case when r.state = 'drafted' then broken_kinds(r.lead_id) else '{}' end as broken, x.reason as release_reason,
  x.confirmed_at is not null as is_released,
  x.asker_id, x.asker, x.asker_country, x.played_by as asker_played_by,
  x.confirmer_id, x.confirmer, x.confirmer_country, coalesce(x.confirmed_played_by, 'person') as confirmer_played_by
from referral r join agency t on t.id = r.to_agency_id join user_with_country d on d.id = r.drafted_by
left join user_with_country p on p.id = r.approved_by
left join lateral (
  select e.*, a.id as asker_id, a.name as asker, a.country as asker_country,
    c.id as confirmer_id, c.name as confirmer, c.country as confirmer_country
  from referral_release e join user_with_country a on a.id = e.asked_by left join user_with_country c on c.id = e.confirmed_by
  where e.referral_id = r.id and release_counts(e.id) order by e.asked_at desc limit 1) x on true
where r.lead_id = :lead order by r.number
