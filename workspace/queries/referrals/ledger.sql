-- The victims and offenders of an operation that the viewer may see, each with the stages that hold.
select e.id, e.kind, e.number, e.is_depicted, e.age_band, e.sex, e.merged_into,
  array(select distinct o.stage from outcome o where o.ledger_id = e.id and o.revoked_at is null order by o.stage) as stages
from ledger_entry e where e.operation_id = :operation order by e.kind desc, e.number
