-- A person, or whom it became; with its series and whether it is of the viewer's own material.
with recursive root as (
  select p.id, p.merged_into from person p where p.operation_id = :operation and p.number = :number
  union all select p.id, p.merged_into from person p join root r on p.id = r.merged_into)
select p.id, p.operation_id, p.number, c.country, c.agency_id = (select my_agency()) as is_own, p.face_count, p.age_band,
  s.id as series_id, s.number as series, s.label as series_label,
  (select w.face_id from persons_as(p.id) t join person_word w on w.person_id = t.id join face f on f.id = w.face_id and f.person_id = p.id
   where w.what = 'feature_face' and w.withdrawn_at is null order by w.ordinal desc limit 1) as feature_face
from root r join person p on p.id = r.id join compartment_with_agency c on c.id = p.compartment_id left join series s on s.id = p.series_id
where r.merged_into is null
