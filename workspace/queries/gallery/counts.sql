-- How many media fit what is asked, and how many of them are folded away because the viewer has seen them, or because somebody has marked them. unread: still being read.
select count(*) as media, count(*) filter (where m.sha256 in (select seen_contents(:operation))) as seen,
  count(*) filter (where m.sha256 in (select judged_contents(:operation, null)) and m.sha256 not in (select seen_contents(:operation))) as judged,
  count(*) filter (where m.state = 'waiting') as unread
from gallery_media(:operation, :kind, :exhibit, :taken_from, :taken_before, :is_dated, :camera, :camera_key, :faces_from, :faces_to,
      cast(:quality as text[]), :in_series, :series, :person, :near, null, null, :mark, :known) m
where m.compartment_id = any ((select gallery_keys(:operation, cast(:countries as text[])))::int[])
  and (cast(:length_from as float) is null or m.duration_s >= :length_from)
  and (cast(:length_to as float) is null or m.duration_s < :length_to)
  and (cast(:lens_key as text) is null or m.lens_key = :lens_key)
  and (cast(:document_key as text) is null or m.document_key = :document_key)
  and (cast(:from_document as boolean) is null or :from_document = (m.media_type = 'application/pdf'
    or m.id in (select f.media_item_id from received_file f where f.operation_id = :operation and f.of_document)))
  and (cast(:clock as text[]) is null or m.clock = any (:clock))
  and (cast(:grade as text) is null
    or (:grade = 'conflict' and m.sha256 in (select graded_contents(:operation, true)))
    or (:grade <> 'conflict' and (:grade = 'graded') = (m.sha256 in (select graded_contents(:operation, false)))))
  and (cast(:text_like as text) is null or m.id in (select t.media_item_id from picture_text t where t.find_key like :text_like))
  and (cast(:place as text) is null or m.latitude is not null and (coalesce(m.place_country, 'sea') = :place or m.place_region = :place))
