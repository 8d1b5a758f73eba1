-- The series: how many came prepared, were added, have a confirmed country, and show a person of a lead.
select count(*) as all, count(*) filter (where was_prepared) as prepared, count(*) filter (where not was_prepared) as added,
  count(confirmed_at) as country_determined,
  count(*) filter (where exists (select 1 from person p join person_root(:operation) r on r.id = p.id join lead_evidence e on e.person_id = r.root
                                 where p.series_id = s.id)) as with_lead
from series s where operation_id = :operation and merged_into is null;
