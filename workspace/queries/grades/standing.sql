-- Which grades stand on a medium, the owner's first. label: as its table says now.
select s.table_country as country, s.is_owners, s.number, s.votes, s.is_conflict, (
    select k->>'label' from grade_table t cross join jsonb_array_elements(t.categories) k
    where t.operation_id = s.operation_id and t.country = s.table_country and (k->>'number')::int = s.number
    order by t.ordinal desc limit 1) as label
from grade_standing s where s.media_item_id = :medium and s.votes > 0 order by not s.is_owners, s.table_country
