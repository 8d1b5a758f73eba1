-- The table of categories that stands in each country of an operation.
select distinct on (t.country) t.id, t.country, t.name, t.shipped, t.categories, u.name as brought_by, t.played_by, t.brought_at as at
from grade_table t join app_user u on u.id = t.brought_by where t.operation_id = :operation order by t.country, t.ordinal desc
