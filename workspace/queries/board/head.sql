-- The number of the last event, what the viewer's keys open, how long a claim is held there, and whether the window is open.
select c.last_seq as seq, my_keys_digest(:operation) as keys, o.lease_s,
  o.state = 'open' and o.closes_at > now() as is_open
from chain c join operation o on o.id = c.operation_id
where c.operation_id = :operation and :operation = any (my_operations())
