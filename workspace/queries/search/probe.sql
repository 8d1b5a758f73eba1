-- A face to search with, and what the search page tells of it: of the operation, or of a picture that the viewer brought and that is still kept.
select f.id, f.operation_id, f.person_id, f.register_entry_id, f.eye_distance_px, f.model_digest, f.pack_id, d.quality_word, d.country,
  d.person_number, d.entry_number, d.missing_since, d.captured_at,
  case when (select c.agency_id from compartment c where c.id = f.compartment_id) = (select my_agency()) then d.person_number end as own_person,
  (select x.label from exhibit x where x.id = first_exhibit(f.media_item_id)) as exhibit, cast(null as uuid) as brought
from face f join described_face d on d.id = f.id where f.id = :face and f.taken_away_as is null
union all
select f.id, f.operation_id, null, null, f.eye_distance_px, f.model_digest, f.pack_id, f.quality_word, a.country, null, null, null, null, null, null, p.id
from probe_face f join probe p on p.id = f.probe_id join app_user u on u.id = p.user_id join agency a on a.id = u.agency_id
where f.id = :face and p.user_id = my_id() and p.keeps_until > now() and f.embedding is not null
