-- Leads, and rejected ones, by the recogniser and the threshold that made them.
select l.pack_id, l.model_digest, l.threshold, count(*)::int as leads, count(*) filter (where exists (
    select 1 from event e where e.lead_id = l.id and e.kind = 'lead:rejected'))::int as rejected
from lead l where l.operation_id = :operation and found_in_window(l.id, :late) and l.pack_id is not null and l.model_digest is not null and l.threshold is not null
group by 1, 2, 3 order by 1, 2, 3;
