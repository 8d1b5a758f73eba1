-- The leads on the board above a number, lowest first, at most :most.
select id, number
from lead
where operation_id = :operation and stage <> all (:off) and number > :above
order by number
limit :most
