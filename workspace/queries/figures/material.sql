-- What came and could be read, without the stills that people took out of videos. files_known: contents that another country, which consents, holds too. A track is one face.
with file as (
  select r.sha256, r.size_bytes, m.kind, m.duration_s, x.country, r.refusal is not null or m.state = 'refused' as refused,
    r.refusal is null and m.state = 'read' as readable
  from received_file r join exhibit x on x.id = r.exhibit_id left join media_item m on m.id = r.media_item_id
  where r.operation_id = :operation and not exists (select 1 from video_still t where t.still_id = r.media_item_id))
select (select count(*) from exhibit where operation_id = :operation) as exhibits,
  (select count(*) from file) as files_received,
  (select coalesce(sum(size_bytes), 0) from file) as bytes_received,
  (select count(*) from file where refused) as files_refused,
  (select count(*) from file where readable) as files_readable,
  (select count(*) from file where readable and kind = 'photo') as photos,
  (select count(*) from file where readable and kind = 'video') as videos,
  (select floor(coalesce(sum(duration_s), 0) / 3600) from file where readable and kind = 'video') as video_hours,
  (select count(distinct sha256) from file where readable) as files_distinct,
  0 as files_distinct_seen,  -- the caller subtracts what looks alike
  (select count(distinct f.sha256) from file f where f.readable and exists (
     select 1 from file g join participation p on p.operation_id = :operation and p.country = g.country and p.shares_known_count
     where g.sha256 = f.sha256 and g.country <> f.country and g.readable)) as files_known,
  (select count(*) from face where operation_id = :operation and register_entry_id is null and track_id is null
     and taken_away_as is null)
    + (select count(*) from track where operation_id = :operation) as faces,
  (select count(*) from person where operation_id = :operation and merged_into is null) as persons;
