-- The series: how many came prepared, were added, have a confirmed country, and show a person of a lead.
select count(*) as all, count(*) filter (where was_prepared) as prepared, count(*) filter (where not was_prepared) as added,
  count(confirmed_at) as country_determined,
  count(*) filter (where s.id in (
    select p.series_id from lead_evidence e join person p on p.id = e.person_id where e.operation_id = :operation and p.series_id is not null
    union
    select p.series_id from person p join lead_evidence e on e.person_id = root_of_person(p.id)
    where p.operation_id = :operation and p.merged_into is not null and p.series_id is not null)) as with_lead
from series s where operation_id = :operation and merged_into is null;
