-- Statements of outcomes that were revoked, in their order.
select o.id, o.revoked_at, e.kind, e.number, o.stage
from outcome o join ledger_entry e on e.id = o.ledger_id
where o.operation_id = :operation and o.revoked_at is not null order by o.revoked_at, o.id;
