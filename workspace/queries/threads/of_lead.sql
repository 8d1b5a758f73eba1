-- The locks of a lead, and those that a comment of the viewer's on it would have: the own side, else what of it the viewer opens.
select l.operation_id, l.locks as about, coalesce(
    nullif(array(select c.id from compartment c where c.id = any (l.locks) and c.id = any ((select my_keys())::int[]) and c.agency_id = (select my_agency()) order by 1), '{}'),
    array(select c.id from compartment c where c.id = any (l.locks) and c.id = any ((select my_keys())::int[]) order by 1)) as locks
from lead l where l.id = :id
