-- What was stated and taken back, in its order: statements of outcomes, and the likely country of a series that two people had said.
-- number: of a series that is open to its country alone, none. late: leads that were found after the window count.
select o.id as outcome, o.revoked_at as at, e.kind, e.number, o.stage as what
from outcome o join ledger_entry e on e.id = o.ledger_id
where o.operation_id = :operation and o.revoked_at is not null and found_in_window(o.lead_id, :late)
union all
select null, a.undone_at, 'series', case when c.sharing = 'operation' then s.number end, a.country
from series_act a join series s on s.id = a.series_id join compartment c on c.id = a.compartment_id
where a.operation_id = :operation and a.undone_at is not null and exists (
  select 1 from series_act b where b.series_id = a.series_id and b.country = a.country and b.what <> a.what and b.said_by <> a.said_by
    and b.said_at <= a.undone_at and (b.undone_at is null or b.undone_at > a.undone_at))
order by 2, 4, 5;
