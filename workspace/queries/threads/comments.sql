-- What people said of a lead or a medium in its last wording, the oldest first, with what became of the thread. calls_me: whether it calls
-- the viewer, who has not read it yet.
select c.id, c.thread_id, c.created_at, coalesce(v.number, 1) as version, coalesce(v.body, c.body) as body,
  coalesce(v.language, c.language) as language, v.written_at as edited_at, c.author_id = my_id() as mine,
  u.id as user_id, u.name, u.country, c.played_by, a.what, a.said_at, a.said_by, w.name as ended_by, w.country as ended_country,
  a.played_by as ended_played_by, m.comment_id is not null as calls_me
from comment c join user_with_country u on u.id = c.author_id
left join lateral (select * from comment_version x where x.comment_id = c.id order by x.number desc limit 1) v on true
left join lateral (select * from thread_act x where x.comment_id = c.id order by x.ordinal desc limit 1) a on true
left join user_with_country w on w.id = a.said_by
left join mention m on m.comment_id = c.id and m.user_id = my_id() and m.read_at is null
where c.lead_id = :lead or c.media_item_id = :medium order by c.created_at, c.id
