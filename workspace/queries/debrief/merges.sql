-- Entries of the ledger that were merged, with the event.
select (payload->>'ledger')::uuid as ledger_id, (payload->>'into')::uuid as into_id, seq
from event where operation_id = :operation and kind = 'ledger:merged' order by seq;
