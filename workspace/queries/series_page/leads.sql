-- The leads that are about persons of a series, and the clues about the series itself, with how many there are.
select l.id, l.number, l.kind, l.stage, l.countries, l.priority, count(*) over ()::int as of
from lead l where l.id in (
  select e.lead_id from person q join lead_evidence e on e.person_id = root_of_person(q.id) where q.series_id = :series
  union select c.lead_id from clue c where c.series_id = :series)
order by l.priority, l.number limit :most
