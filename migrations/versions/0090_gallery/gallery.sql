-- face_count: of a photo its faces, of a video its tracks; best_quality: the word of the best of them. Caches over `face`.
alter table media_item add column face_count int not null default 0;
alter table media_item add column best_quality text constraint ck_media_item_best_quality check (best_quality in ('good', 'usable', 'poor'));
create function count_faces(p_media uuid) returns void language sql set search_path = public
  -- What the gallery tells of a medium's faces, out of their rows.
  as $$ update media_item m set face_count = f.n, best_quality = f.best
        from (select count(distinct coalesce(track_id, id)) as n, (array_agg(quality_word order by quality desc))[1] as best
              from face where media_item_id = p_media) f
        where m.id = p_media $$;
revoke execute on function count_faces from public;
grant execute on function count_faces to concord_app, concord_worker;
select count_faces(id) from media_item where state = 'read';
-- The two orders in which a viewer walks through a compartment: nothing is read of one that the viewer has no key to.
create index ix_media_item_taken on media_item (compartment_id, (coalesce(captured_at, '') collate "C") desc, sha256)
  where register_entry_id is null and kind <> 'archive';
create index ix_received_file_walk on received_file (compartment_id, (path collate "C"), id) where media_item_id is not null;
create index ix_lead_evidence_media on lead_evidence (media_item_id) where media_item_id is not null;

create function gallery_keys(p_operation int, p_countries text[]) returns int[] language sql stable parallel safe
  -- The compartments of an operation that the viewer may open: of all countries, or of these.
  as $$ select coalesce(array_agg(c.id), '{}') from compartment c join agency a on a.id = c.agency_id
        where c.operation_id = p_operation and c.id = any ((select my_keys())::int[]) and (p_countries is null or a.country = any (p_countries)) $$;
create function seen_contents(p_operation int) returns setof bytea language sql stable parallel safe
  -- The contents of which the viewer has lifted the veil of a whole picture, whichever copy it was.
  as $$ select s.sha256 from media_view v join media_item s on s.id = v.media_item_id
        where v.user_id = (select my_id()) and v.operation_id = p_operation $$;
create function gallery_media(p_operation int, p_kind text, p_exhibit uuid, p_taken_from text, p_taken_before text, p_is_dated boolean,
    p_camera text, p_camera_key text, p_faces_from int, p_faces_to int, p_quality text[], p_in_series boolean, p_series int, p_person int,
    p_near uuid, p_seen boolean)
  returns setof media_item language sql stable parallel safe
  -- The media that fit what is asked; what nobody asks is null. Plain SQL, which the planner puts into the statement that calls it: whoever calls
  -- names the compartment, and its index is walked.
  as $$ select m.* from media_item m
        where m.operation_id = p_operation and m.register_entry_id is null and m.kind <> 'archive'
          and (p_kind is null or m.kind = p_kind)
          and (p_exhibit is null or m.id in (select f.media_item_id from received_file f where f.exhibit_id = p_exhibit))
          and (p_taken_from is null or m.captured_at collate "C" >= p_taken_from)
          and (p_taken_before is null or m.captured_at collate "C" < p_taken_before)
          and (p_is_dated is null or (m.captured_at is not null) = p_is_dated)
          and (p_camera is null or concat_ws(' ', m.camera_make, m.camera_model) = p_camera)
          and (p_camera_key is null or m.camera_key = p_camera_key)
          and (p_faces_from is null or m.state = 'read' and m.face_count >= p_faces_from)
          and (p_faces_to is null or m.state = 'read' and m.face_count <= p_faces_to)
          and (p_quality is null or m.best_quality = any (p_quality))
          and (p_in_series is null or p_in_series = (m.id in (
            select f.media_item_id from person p join face f on f.person_id = p.id
            where p.operation_id = p_operation and p.series_id is not null)))
          and (p_series is null or m.id in (
            select f.media_item_id from series s join person p on p.series_id = s.id join face f on f.person_id = p.id
            where s.operation_id = p_operation and s.number = p_series))
          and (p_person is null or m.id in (
            select f.media_item_id from person p join face f on f.person_id = p.id
            where p.operation_id = p_operation and p.number = p_person))
          and (p_near is null or m.id = p_near
            or m.id in (select n.like_id from near_copy n where n.media_item_id = p_near)
            or m.id in (select n.media_item_id from near_copy n where n.like_id = p_near))
          and (p_seen is null or p_seen = (m.sha256 in (select seen_contents(p_operation)))) $$;
revoke execute on function gallery_keys, seen_contents, gallery_media from public;
grant execute on function gallery_keys, seen_contents, gallery_media to concord_app, concord_worker;
