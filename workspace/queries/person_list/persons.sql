-- Persons that the viewer may see and that are not merged into another, those with the most faces first, after one with so many faces and
-- such a number; each with its best face and how many of its leads the viewer sees. decided: a lead of it was decided by examiners.
select p.number, c.country, p.face_count, p.age_band, s.number as series,
  coalesce(
    (select w.face_id from person_word w join face f on f.id = w.face_id and f.person_id = p.id
     where w.person_id = p.id and w.what = 'feature_face' and w.withdrawn_at is null order by w.ordinal desc limit 1),
    (select f.id from face f where f.person_id = p.id order by f.quality desc, f.id limit 1)) as face_id,
  l.leads, l.decided
from person p join compartment_with_agency c on c.id = p.compartment_id left join series s on s.id = p.series_id
cross join lateral (
  select count(distinct v.lead_id)::int as leads, coalesce(bool_or(l.stage in ('verified', 'rejected', 'referred', 'outcome')), false) as decided
  from lead_evidence v join lead l on l.id = v.lead_id where v.person_id = p.id) l
where p.operation_id = :operation and p.merged_into is null and p.face_count >= :faces
  and (cast(:country as text) is null or c.country = :country)
  and (cast(:exhibit as uuid) is null or exists (
    select 1 from face f join received_file r on r.media_item_id = f.media_item_id where f.person_id = p.id and r.exhibit_id = :exhibit))
  and (cast(:age_band as text) is null or coalesce(p.age_band, 'not_stated') = :age_band)
  and (cast(:in_lead as boolean) is null or (l.leads > 0) = :in_lead)
  and (cast(:decided as boolean) is null or l.decided = :decided)
  and (p.face_count, -p.number) < (:after_faces, -cast(:after_number as int))
order by p.face_count desc, p.number limit :one_more
