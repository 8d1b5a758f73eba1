-- The clues of an operation that the viewer may see, newest first.
select l.id, l.number, l.stage, l.priority, l.countries, c.what, c.claim, c.opened_at, c.result, c.country, c.confirmed_at is not null as is_confirmed,
  coalesce(g.name, c.region_code) as region_name, c.region_confirmed_by is not null as is_region_confirmed,
  count(*) over () as of
from clue c join lead l on l.id = c.lead_id left join region g on g.code = c.region_code
where c.operation_id = :operation and (cast(:what as text) is null or c.what = :what) order by l.number desc limit :most
