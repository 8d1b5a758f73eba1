-- How many exhibits of a country are shared with all, and how many are closed.
select count(*) filter (where c.sharing = 'operation') as shared, count(*) filter (where c.sharing <> 'operation') as closed
from exhibit e join compartment c on c.id = e.compartment_id where e.operation_id = :operation and e.country = :country
