-- Comments whose last wording holds the words, the newest first, with how many there are.
select l.number, left(coalesce(v.body, c.body), 200) as detail, l.id as lead_id, c.media_item_id as medium_id, count(*) over () as of
from comment c left join lead l on l.id = c.lead_id
left join lateral (select x.body, x.find_key from comment_version x where x.comment_id = c.id order by x.number desc limit 1) v on true
where c.operation_id = :operation and coalesce(v.find_key, c.find_key) like :like
  and (l.id is not null or exists (select 1 from media_item m where m.id = c.media_item_id))
order by c.created_at desc limit :most
