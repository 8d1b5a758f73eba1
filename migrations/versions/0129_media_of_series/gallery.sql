create or replace function gallery_media(p_operation int, p_kind text, p_exhibit uuid, p_taken_from text, p_taken_before text, p_is_dated boolean,
    p_camera text, p_camera_key text, p_faces_from int, p_faces_to int, p_quality text[], p_in_series boolean, p_series int, p_person int,
    p_near uuid, p_seen boolean, p_judged boolean, p_mark text, p_known boolean)
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
          and (p_in_series is null or p_in_series = (m.id in (select g.media_item_id from media_in_series(p_operation) g)))
          and (p_series is null or m.id in (
            select g.media_item_id from series s join media_in_series(p_operation) g on g.series_id = s.id
            where s.operation_id = p_operation and s.number = p_series))
          and (p_person is null or m.id in (
            select f.media_item_id from person p join face f on f.person_id = p.id
            where p.operation_id = p_operation and p.number = p_person))
          and (p_near is null or m.id = p_near
            or m.id in (select n.like_id from near_copy n where n.media_item_id = p_near)
            or m.id in (select n.media_item_id from near_copy n where n.like_id = p_near))
          and (p_seen is null or p_seen = (m.sha256 in (select seen_contents(p_operation))))
          and (p_judged is null or p_judged = (m.sha256 in (select judged_contents(p_operation, null))))
          and (p_mark is null or m.sha256 in (select judged_contents(p_operation, p_mark)))
          and (p_known is null or p_known = (m.id in (
            select l.media_item_id from known_media l where l.operation_id = p_operation))) $$;
