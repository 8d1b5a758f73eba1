-- Cards of the room whose material has one of these handling codes now: the strictest of the copies that its owner shows to others or that
-- the clue lies with, and the operation's. Another country's closed copy tells nothing.
select c.id, c.lead_id, c.operation_id, k.code
from clue_card c join operation o on o.id = c.operation_id
cross join lateral (
  select greatest(o.handling_code, max(s.handling_code)) as code from lead_copy s join compartment m on m.id = s.compartment_id
  where s.lead_id = c.lead_id and (m.sharing = 'operation' or m.id = any (c.locks))) k
where c.state = 'shown' and k.code = any (:codes) and (cast(:leads as uuid[]) is null or c.lead_id = any (:leads))
order by c.id
