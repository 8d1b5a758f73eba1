-- The categories of the tables that stand with the lists which the viewer may see, as what each is taken, and how many of the viewer's files a
-- list gives the number.
select t.list_id, t.name, u.name as brought_by, t.played_by, t.brought_at, c.number, c.label, c.meaning as words, taken.meaning, taken.grade,
  taken.name as taken_by, taken.played_by as taken_played_by, (select count(*)::int from known_media k where k.list_no = l.number and k.category = c.number) as files
from known_list l
cross join lateral (select * from known_table last where last.list_id = l.id order by last.ordinal desc limit 1) t
join app_user u on u.id = t.brought_by
cross join lateral jsonb_to_recordset(t.categories) as c(number int, label text, meaning text)
left join lateral (
  select s.meaning, s.grade, w.name, s.played_by from known_category s join app_user w on w.id = s.said_by
  where s.table_id = t.id and s.number = c.number order by s.ordinal desc limit 1) taken on true
where l.operation_id = :operation and l.removed_at is null order by l.name, l.number, c.number
