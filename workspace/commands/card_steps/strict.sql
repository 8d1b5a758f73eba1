-- Cards of the room whose material has one of these handling codes now: the strictest of the copies that its owner shows to others or that
-- the clue lies with, of what the clue and what the card shows, and the operation's. Another country's closed copy tells nothing.
select c.id, c.lead_id, c.operation_id, k.code
from clue_card c join operation o on o.id = c.operation_id
cross join lateral (
  select greatest(o.handling_code, max(s.handling_code)) as code
  from (
    select l.compartment_id, l.handling_code from lead_copy l where l.lead_id = c.lead_id
    union all
    select d.compartment_id, d.handling_code from medium_copy d where d.media_item_id = c.media_item_id) s
  join compartment m on m.id = s.compartment_id
  where m.sharing = 'operation' or m.id = any (c.locks)) k
where c.state = 'shown' and k.code = any (:codes) and (cast(:leads as uuid[]) is null or c.lead_id = any (:leads))
order by c.id
