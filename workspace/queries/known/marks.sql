-- What lists say of a medium, with the words of their own tables and the category of the owner's country as which the number is taken.
select k.meaning, l.name as list, l.source, k.category, c.label as category_words, taken.grade, taken.label as grade_words, taken.country as grade_of,
  k.distance::int as distance
from known_media k join known_list l on l.number = k.list_no
left join lateral (select * from known_table last where last.list_id = l.id order by last.ordinal desc limit 1) t on true
left join lateral jsonb_to_recordset(t.categories) as c(number int, label text) on c.number = k.category
left join lateral (
  select s.grade, g.country, w.label from known_category s left join grade_table g on g.id = s.grade_table_id
  left join lateral jsonb_to_recordset(g.categories) as w(number int, label text) on w.number = s.grade
  where s.table_id = t.id and s.number = k.category order by s.ordinal desc limit 1) taken on true
where k.media_item_id = :media order by array_position(cast(:meanings as text[]), k.meaning), l.name, l.number
