-- The sides of a referral's lead with what a package tells of each.
-- A side is open to the referring agency if it is its own or shared by all; a grant lets people look, it lets nothing leave.
select e.side, e.country, c.sharing = 'operation' or c.agency_id = :agency as is_open,
  f.crop_address, f.veil_address as face_veil_address, f.at_s, f.box, f.quality_word, f.dimension, m.veil_address, m.sha256, m.md5, m.sha1, m.size_bytes, m.media_type,
  m.camera_make, m.camera_model, m.camera_serial, m.captured_at, m.captured_subseconds, m.clock, m.clock_claim, m.lens_model, m.lens_serial, m.software,
  coalesce(m.original_document, m.document) as document,
  m.latitude, m.longitude, m.unseen, p.number as person_number, p.age_band,
  x.label as exhibit, x.kind as exhibit_kind, x.case_reference, x.custodian, code.handling_code,
  g.name as register, n.number as entry_number, n.sex, n.date_of_birth, n.missing_since, n.place, n.nationality, n.closed_as,
  array(select r.path from received_file r where r.media_item_id = m.id and r.exhibit_id = x.id order by r.path limit 20) as paths,
  (select count(*)::int from received_file r where r.media_item_id = m.id and r.exhibit_id = x.id) as path_count
from lead_evidence e join compartment c on c.id = e.compartment_id
left join face f on f.id = e.face_id left join media_item m on m.id = e.media_item_id left join person p on p.id = e.person_id
left join exhibit x on x.id = e.exhibit_id left join register_entry n on n.id = e.register_entry_id
left join register g on g.id = n.register_id
left join referral_side_code(:referral) code on code.side = e.side
where e.lead_id = :lead order by e.side
