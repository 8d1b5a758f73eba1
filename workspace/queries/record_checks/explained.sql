-- What somebody has explained of rows that differ, and nobody of another country has confirmed yet.
select d.id, d.name as table, d.key, d.reason, s.name || ' (' || s.country || ')' as seen_by,
  s.country <> (select a.country from agency a where a.id = (select my_agency())) as may_confirm
from difference d join user_with_country s on s.id = d.seen_by
where d.operation_id = :operation and d.confirmed_at is null order by d.seen_at
