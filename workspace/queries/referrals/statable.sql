-- For what the terms make the viewer's agency competent, what a day and a person of a referral's outcomes are checked against, and which
-- owners' hands are missing still, if the viewer is the one who signs.
select my_competences(r.operation_id) as competences, earliest_fact(r.lead_id) as earliest_on, kind_of_lead(r.lead_id) as lead_kind,
  ends_of_referral(r.id) as ended,
  (select e.number from ledger_entry e where e.id = ledger_of_lead(r.lead_id, 'victim')) as child_number,
  r.to_agency_id in (select reached_agencies(r.operation_id)) as is_reached,
  case when r.state = 'drafted' then broken_kinds(r.lead_id) else '{}' end as broken,
  x.reason as release_reason, x.asked_by as release_asked_by, x.confirmed_at as released_at,
  hands_missing(r.id, coalesce(b.country, (select a.country from agency a where a.id = (select my_agency())))) as hands_missing
from referral r left join user_with_country b on b.id = r.approved_by
left join lateral (
  select e.reason, e.confirmed_at, a.name || ' (' || a.country || ')' as asked_by
  from referral_release e join user_with_country a on a.id = e.asked_by
  where e.referral_id = r.id and release_counts(e.id) order by e.asked_at desc limit 1) x on true
where r.id = :id
