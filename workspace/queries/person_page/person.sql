-- A person, or whom it became; with its series and whether it is of the viewer's own material.
with recursive root as (
  select p.id, p.merged_into from person p where p.operation_id = :operation and p.number = :number
  union all select p.id, p.merged_into from person p join root r on p.id = r.merged_into)
select p.id, p.operation_id, p.number, c.country, c.agency_id = my_agency() as is_own, p.face_count, p.age_band,
  s.id as series_id, s.number as series, s.label as series_label
from root r join person p on p.id = r.id join compartment_with_agency c on c.id = p.compartment_id left join series s on s.id = p.series_id
where r.merged_into is null
