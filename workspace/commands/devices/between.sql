-- Of the leads of a kind that have these two exhibits among their sides: how many there are, and whether one keeps others from being
-- opened: it is worked on, or it was agreed that they belong together.
select count(*)::int as leads, coalesce(bool_or(
  l.stage in ('open', 'assessed', 'verified', 'referred', 'outcome', 'withdrawn') or l.stage = 'closed' and (
    select count(*) from assessment a
    where a.lead_id = l.id and a.settled_at is not null and a.undone_at is null and a.opinion < 3) > 1), false) as is_barred
from lead l
where l.kind = :kind and l.id in (
  select one.lead_id from lead_evidence one
  join lead_evidence other on other.lead_id = one.lead_id and other.side <> one.side and other.exhibit_id = :other
  where one.exhibit_id = :one)
