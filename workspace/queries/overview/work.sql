-- Media that wait to be read, were read, and were refused.
select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'read') as read,
  count(*) filter (where state = 'refused') as refused, count(*) as items
from media_item where operation_id = :operation;
