-- Entries of the ledger that were merged, with the event, and the one that took it back; entries whose leads show one person are one.
select one.root as ledger_id, other.root as into_id, m.seq, (
    select min(p.seq) from event p where p.operation_id = m.operation_id and p.kind = 'ledger:parted' and p.seq > m.seq
      and p.payload->>'ledger' = m.payload->>'ledger' and p.payload->>'into' = m.payload->>'into') as parted_seq
from event m join fold_ledger(:operation, false) one on one.id = (m.payload->>'ledger')::uuid
join fold_ledger(:operation, false) other on other.id = (m.payload->>'into')::uuid
where m.operation_id = :operation and m.kind = 'ledger:merged' order by m.seq;
