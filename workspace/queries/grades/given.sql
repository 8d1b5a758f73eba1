-- What each person gave a medium last and did not take back, the latest first. label: as the table said by which it was given.
select * from (
  select distinct on (g.table_country, g.graded_by) g.act, g.table_country as country, g.number, g.ordinal, g.graded_at as at, g.played_by,
    u.id as user_id, u.name, u.country as user_country, g.graded_by = my_id() as is_mine,
    (select k->>'label' from grade_table t cross join jsonb_array_elements(t.categories) k
     where t.id = g.table_id and (k->>'number')::int = g.number) as label
  from media_grade g join user_with_country u on u.id = g.graded_by where g.media_item_id = :medium and g.undone_at is null
  order by g.table_country, g.graded_by, g.ordinal desc) given
order by ordinal desc
