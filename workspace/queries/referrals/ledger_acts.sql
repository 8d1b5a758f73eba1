-- What people said of entries of the ledger and did not take back, in its order.
select a.id, a.what, e.kind, e.number, o.number as other_number, a.decided_at, u.name as decided_by
from ledger_act a join ledger_entry e on e.id = a.ledger_id left join ledger_entry o on o.id = a.other_id
left join app_user u on u.id = a.decided_by
where a.operation_id = :operation and a.undone_at is null order by a.decided_at, a.id
