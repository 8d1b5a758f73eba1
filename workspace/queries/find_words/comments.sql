-- Comments that hold the words, the newest first, with how many there are.
select l.number, left(c.body, 200) as detail, l.id as lead_id, count(*) over () as of
from comment c join lead l on l.id = c.lead_id
where c.operation_id = :operation and c.find_key like :like order by c.created_at desc limit :most
