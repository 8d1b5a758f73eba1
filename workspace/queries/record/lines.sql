-- Lines of a record after a number, in order; a body that the viewer's keys do not show is missing, and its digest stands for it.
select e.body, d.digest, d.hash
from line_digests(:operation, :after, :until, :part) d
left join event e on e.operation_id = :operation and e.seq = d.seq
order by d.seq
