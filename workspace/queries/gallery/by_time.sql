-- The next contents that fit, the latest taken first, those without a time last: at most :one_more, after :at_time and :at_sha256. Each compartment
-- is walked along its own index, so that nothing is read of what the viewer has no key to. The same content is one row, whoever holds it.
with found as (
  select walked.* from unnest(gallery_keys(:operation, cast(:countries as text[]))) as own(compartment_id) cross join lateral (
    select m.id, m.sha256, m.compartment_id, coalesce(m.captured_at, '') collate "C" as at_time
    from gallery_media(:operation, :kind, :exhibit, :taken_from, :taken_before, :is_dated, :camera, :camera_key, :faces_from, :faces_to,
      cast(:quality as text[]), :in_series, :series, :person, :near, :seen, :judged, :mark, :known) m
    where m.compartment_id = own.compartment_id
      and (cast(:length_from as float) is null or m.duration_s >= :length_from)
      and (cast(:length_to as float) is null or m.duration_s < :length_to)
      and (cast(:lens_key as text) is null or m.lens_key = :lens_key)
      and (cast(:document_key as text) is null or m.document_key = :document_key)
      and (cast(:from_document as boolean) is null or :from_document = (m.media_type = 'application/pdf'
        or m.id in (select f.media_item_id from received_file f where f.operation_id = :operation and f.of_document)))
      and (cast(:clock as text[]) is null or m.clock = any (:clock))
      and (cast(:text_like as text) is null or m.id in (select t.media_item_id from picture_text t where t.find_key like :text_like))
      and (cast(:place as text) is null or m.latitude is not null and (coalesce(m.place_country, 'sea') = :place or m.place_region = :place))
      and coalesce(m.captured_at, '') collate "C" <= :at_time
      and (cast(:grade as text) is null
      or (:grade = 'conflict' and m.sha256 in (select graded_contents(:operation, true)))
      or (:grade <> 'conflict' and (:grade = 'graded') = (m.sha256 in (select graded_contents(:operation, false)))))
      and (coalesce(m.captured_at, '') collate "C" < :at_time or m.sha256 > :at_sha256)
    order by coalesce(m.captured_at, '') collate "C" desc, m.sha256
    limit :one_more
  ) walked)
select id, at_time, sha256 from (
  select distinct on (at_time, sha256) id, at_time, sha256 from found order by at_time desc, sha256, compartment_id limit :one_more
  ) first
order by at_time desc, sha256
