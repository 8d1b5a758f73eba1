-- A medium that came with an exhibit, if the viewer's keys show it. handling: the strictest code of the exhibits with it that the viewer may
-- see, and at least the operation's. same_camera: other media of the same camera, by maker and serial number; same_lens, same_document likewise. paths: of this one alone.
select m.id, m.operation_id, a.country, c.agency_id = (select my_agency()) as is_own, m.kind, m.state, m.refusal, m.unseen, m.media_type,
  m.size_bytes, m.width, m.height, m.duration_s, m.inner_video_s, encode(m.sha256, 'hex') as sha256, encode(m.md5, 'hex') as md5, encode(m.sha1, 'hex') as sha1,
  encode(m.pdq, 'hex') as pdq, m.pdq_quality, m.captured_at, m.captured_subseconds, m.clock, m.clock_claim, m.camera_make, m.camera_model, m.camera_serial, m.camera_key,
  m.lens_make, m.lens_model, m.lens_serial, m.lens_key, m.software, m.document, m.original_document, m.instance, m.document_key, m.latitude, m.longitude, m.place_country, m.place_region, (select r.name from region r where r.code = m.place_region) as region_name, m.received_at, m.read_at, m.faces_sought, m.preview_address is not null as has_picture,
  greatest(o.handling_code, (select max(e.handling_code) from media_item t join received_file f on f.media_item_id = t.id
    join exhibit e on e.id = f.exhibit_id
    where t.sha256 = m.sha256 and t.operation_id = m.operation_id and t.register_entry_id is null)) as handling,
  (select count(*) from media_item t where t.operation_id = m.operation_id and t.camera_key = m.camera_key and t.id <> m.id
    and t.register_entry_id is null) as same_camera,
  (select count(*) from media_item t where t.operation_id = m.operation_id and t.lens_key = m.lens_key and t.id <> m.id
    and t.register_entry_id is null) as same_lens,
  (select count(*) from media_item t where t.operation_id = m.operation_id and t.document_key = m.document_key and t.id <> m.id
    and t.register_entry_id is null) as same_document,
  looked_at(null, m.id, (select my_id())) as looked_at
from media_item m join operation o on o.id = m.operation_id join compartment c on c.id = m.compartment_id join agency a on a.id = c.agency_id
where m.id = :medium and m.register_entry_id is null and m.kind <> 'archive'
