-- Lines of a record after a number, in order; a body that the viewer's keys do not show is missing, and its digest stands for it. A body
-- names every lock: it is for who opens all of them, so that no lead says which closed exhibit another one stands on too.
select e.body, d.digest, d.hash
from line_digests(:operation, :after, :until, :part) d
left join event e on e.operation_id = :operation and e.seq = d.seq
  and (e.locks <@ (select my_keys()) or :operation = any ((select my_audits())::int[]))
order by d.seq
