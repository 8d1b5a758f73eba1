-- The sides of a lead that the viewer's keys open, with what stands on each.
select ev.side, ev.country, ev.face_id, ev.person_id, ev.register_entry_id, ev.media_item_id,
  f.box, f.landmarks, f.quality_word, f.eye_distance_px, f.yaw_deg, f.roll_deg, f.at_s, f.part,
  f.frame_width, f.frame_height, m.captured_at,
  p.number as person_number, p.face_count, p.age_band, s.number as series_number,
  r.number as entry_number, r.label, r.sex, r.date_of_birth, r.missing_since, r.place, r.nationality, r.details, r.id as entry_id, r.closed_as,
  g.name as register_name, m.kind as media_kind, m.unseen, m.sha256, m.camera_make, m.camera_model, m.camera_serial,
  m.captured_subseconds, m.lens_serial, m.software, m.latitude, m.longitude,
  x.id as exhibit_id, x.label as exhibit_label, x.kind as exhibit_kind, x.country as exhibit_country,
  code.handling_code,
  looked_at(ev.face_id, ev.media_item_id, (select my_id()))
from lead_evidence ev
left join face f on f.id = ev.face_id left join media_item m on m.id = ev.media_item_id
left join person p on p.id = ev.person_id left join series s on s.id = p.series_id
left join register_entry r on r.id = ev.register_entry_id left join register g on g.id = r.register_id
left join exhibit x on x.id = ev.exhibit_id
join side_code code on code.lead_id = ev.lead_id and code.side = ev.side
where ev.lead_id = :lead
