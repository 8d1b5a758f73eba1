-- The sides of a lead that the viewer may look at: with a key what stands on each, with a pair its picture and the code that binds it.
select ev.side, ev.country, ev.is_pair_only, ev.face_id, ev.person_id, ev.register_entry_id, ev.media_item_id,
  f.box, f.landmarks, coalesce(f.quality_word, pair.quality_word) as quality_word, coalesce(f.eye_distance_px, pair.eye_distance_px) as eye_distance_px,
  coalesce(f.yaw_deg, pair.yaw_deg) as yaw_deg, coalesce(f.roll_deg, pair.roll_deg) as roll_deg, f.at_s, f.part,
  f.frame_width, f.frame_height, m.captured_at,
  p.number as person_number, p.face_count, p.age_band, s.number as series_number,
  r.number as entry_number, r.label, r.sex, r.date_of_birth, r.missing_since, r.place, r.nationality, r.details, r.id as entry_id, r.closed_as,
  g.name as register_name, m.kind as media_kind, m.unseen, m.sha256, m.width as media_width, m.height as media_height, m.camera_make, m.camera_model, m.camera_serial,
  m.captured_subseconds, m.clock, m.clock_claim, m.lens_model, m.lens_serial, coalesce(m.original_document, m.document) as document, m.software, m.latitude, m.longitude,
  x.id as exhibit_id, x.label as exhibit_label, x.kind as exhibit_kind, x.country as exhibit_country,
  coalesce(code.handling_code, pair.handling_code) as handling_code,
  looked_at(ev.face_id, ev.media_item_id, (select my_id()))
from open_side ev
left join face f on f.id = ev.face_id left join media_item m on m.id = ev.media_item_id
left join person p on p.id = ev.person_id left join series s on s.id = p.series_id
left join register_entry r on r.id = ev.register_entry_id left join register g on g.id = r.register_id
left join exhibit x on x.id = ev.exhibit_id
left join side_code code on code.lead_id = ev.lead_id and code.side = ev.side
left join pair_facts(:lead) pair on ev.is_pair_only and pair.side = ev.side
where ev.lead_id = :lead
