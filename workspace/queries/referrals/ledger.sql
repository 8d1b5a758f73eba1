-- The victims and offenders of an operation that the viewer may see, each with the stages that hold. merged_into: the entry that
-- counts for the person; where the viewer does not see that one, the first of those that he sees.
with seen as materialized (
  select e.id, e.kind, e.number, e.is_depicted, e.age_band, e.sex, coalesce(e.merged_into, e.id) as root
  from ledger_entry e where e.operation_id = :operation),
person as (
  select s.*, first_value(s.id) over (partition by s.root order by s.id = s.root desc, s.number) as counts from seen s),
held as (
  select s.root, array_agg(distinct o.stage order by o.stage) as stages from outcome o join seen s on s.id = o.ledger_id
  where o.operation_id = :operation and o.revoked_at is null group by s.root)
select p.id, p.kind, p.number, p.is_depicted, p.age_band, p.sex, nullif(p.counts, p.id) as merged_into, coalesce(h.stages, '{}') as stages
from person p left join held h on h.root = p.root order by p.kind desc, p.number
