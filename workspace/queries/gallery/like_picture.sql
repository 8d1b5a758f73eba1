-- The photos of the same material that look most like the chosen one, in whichever of its eight positions, up to :most_bits different bits; the
-- :most_alike nearest, at most :one_more of them after :at_sha256, or after :at_place where it is gone.
with chosen as materialized (
  select m.compartment_id, array(select ('x' || encode(t, 'hex'))::bit(256) from unnest(array_prepend(m.pdq, m.pdq_turned) || m.pdq_inner) t) as hashes
  from media_item m where m.id = :like),
found as (
  select m.id, m.sha256, (select min(bit_count(h # ('x' || encode(m.pdq, 'hex'))::bit(256))) from unnest(chosen.hashes) h)::float as distance
  from chosen cross join gallery_media(:operation, :kind, :exhibit, :taken_from, :taken_before, :is_dated, :camera, :camera_key, :faces_from, :faces_to,
      cast(:quality as text[]), :in_series, :series, :person, :near, :seen, :judged, :mark, :known) m
  where m.compartment_id = chosen.compartment_id and (cast(:countries as text[]) is null or exists (
      select 1 from compartment c join agency a on a.id = c.agency_id where c.id = m.compartment_id and a.country = any (:countries)))
    and (cast(:length_from as float) is null or m.duration_s >= :length_from)
    and (cast(:length_to as float) is null or m.duration_s < :length_to)
    and (cast(:lens_key as text) is null or m.lens_key = :lens_key)
    and (cast(:document_key as text) is null or m.document_key = :document_key)
    and (cast(:from_document as boolean) is null or :from_document = (m.media_type = 'application/pdf'
      or m.id in (select f.media_item_id from received_file f where f.operation_id = :operation and f.of_document)))
    and (cast(:clock as text[]) is null or m.clock = any (:clock))
    and (cast(:text_like as text) is null or m.id in (select t.media_item_id from picture_text t where t.find_key like :text_like))
    and (cast(:place as text) is null or m.latitude is not null and (coalesce(m.place_country, 'sea') = :place or m.place_region = :place))
    and (cast(:grade as text) is null
    or (:grade = 'conflict' and m.sha256 in (select graded_contents(:operation, true)))
    or (:grade <> 'conflict' and (:grade = 'graded') = (m.sha256 in (select graded_contents(:operation, false)))))
    and m.pdq is not null),
placed as (
  select id, sha256, distance, row_number() over (order by distance, sha256) as place from found where distance <= :most_bits)
select id, sha256, place from placed
where place <= :most_alike and place > coalesce((select at.place from placed at where at.sha256 = :at_sha256), :at_place)
order by place limit :one_more
