-- By country that has a table: how many distinct contents of its material have each of its categories as the grade that stands; zeros too.
with said as (
  select distinct on (t.country) t.country, t.categories from grade_table t where t.operation_id = :operation order by t.country, t.ordinal desc)
select s.country, (k->>'number')::int as number, k->>'label' as label, (
  select count(distinct m.sha256) from grade_standing g join media_item m on m.id = g.media_item_id
  where g.operation_id = :operation and g.is_owners and g.table_country = s.country and g.number = (k->>'number')::int)::int as files
from said s cross join jsonb_array_elements(s.categories) k order by 1, 2
