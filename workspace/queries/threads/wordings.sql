-- Wordings before the last one, the first first.
select w.comment_id, w.number, w.body, w.language, w.written_at from (
  select c.id as comment_id, 1 as number, c.body, c.language, c.created_at as written_at from comment c where c.id = any (:comments)
  union all select v.comment_id, v.number, v.body, v.language, v.written_at from comment_version v where v.comment_id = any (:comments)) w
where w.number < (select max(v.number) from comment_version v where v.comment_id = w.comment_id)
order by w.comment_id, w.number
