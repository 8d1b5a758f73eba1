-- The clues of an operation that the viewer may see, newest first.
select l.id, l.number, l.stage, l.priority, l.countries, c.what, c.claim, c.opened_at, c.result, c.country, c.confirmed_at is not null as is_confirmed,
  count(*) over () as of
from clue c join lead l on l.id = c.lead_id
where c.operation_id = :operation and (cast(:what as text) is null or c.what = :what) order by l.number desc limit :most
