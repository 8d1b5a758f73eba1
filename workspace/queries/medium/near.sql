-- Media of the same material that look like one, the most alike first, and how many there are.
select o.id, o.kind, n.distance, n.percent, (select e.label from exhibit e where e.id = first_exhibit(o.id)) as exhibit, count(*) over () as of
from (select like_id as other, distance, percent from near_copy where media_item_id = :medium
      union all select media_item_id, distance, percent from near_copy where like_id = :medium) n
join media_item o on o.id = n.other
order by coalesce(n.percent, 100) desc, n.distance, o.id
limit :most
