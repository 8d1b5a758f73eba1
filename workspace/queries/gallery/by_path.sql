-- The next media that fit, by the first path at which each lies: at most :one_more, after :at_path and :at_file. Walked as by time.
with found as (
  select walked.* from unnest(gallery_keys(:operation, cast(:countries as text[]))) as own(compartment_id) cross join lateral (
    select m.id, f.id as file_id, f.path collate "C" as path
    from received_file f join gallery_media(:operation, :kind, :exhibit, :taken_from, :taken_before, :is_dated, :camera, :camera_key, :faces_from, :faces_to,
      cast(:quality as text[]), :in_series, :series, :person, :near, :seen, :judged, :mark, :known) m on m.id = f.media_item_id
    where f.compartment_id = own.compartment_id and f.media_item_id is not null
      and (cast(:length_from as float) is null or m.duration_s >= :length_from)
      and (cast(:length_to as float) is null or m.duration_s < :length_to)
      and (cast(:lens_key as text) is null or m.lens_key = :lens_key)
      and (cast(:document_key as text) is null or m.document_key = :document_key)
      and (cast(:from_document as boolean) is null or :from_document = (m.media_type = 'application/pdf'
        or m.id in (select d.media_item_id from received_file d where d.operation_id = :operation and d.of_document)))
      and (cast(:clock as text[]) is null or m.clock = any (:clock))
      and (cast(:text_like as text) is null or m.id in (select t.media_item_id from picture_text t where t.find_key like :text_like))
      and (cast(:place as text) is null or m.latitude is not null and (coalesce(m.place_country, 'sea') = :place or m.place_region = :place))
      and f.path collate "C" >= :at_path and (f.path collate "C" > :at_path or f.id > :at_file)
      and (cast(:exhibit as uuid) is null or f.exhibit_id = :exhibit)
      and (cast(:grade as text) is null
      or (:grade = 'conflict' and m.sha256 in (select graded_contents(:operation, true)))
      or (:grade <> 'conflict' and (:grade = 'graded') = (m.sha256 in (select graded_contents(:operation, false)))))
      and not exists (
        select 1 from received_file other where other.media_item_id = f.media_item_id
          and (cast(:exhibit as uuid) is null or other.exhibit_id = :exhibit)
          and (other.path collate "C", other.id) < (f.path collate "C", f.id))
    order by f.path collate "C", f.id
    limit :one_more
  ) walked)
select id, path, file_id from found order by path, file_id limit :one_more
