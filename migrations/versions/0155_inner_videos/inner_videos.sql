-- How long the video inside a photo is, in seconds; null where there is none that can be read, and for photos that were read before.
alter table media_item add column inner_video_s double precision check (inner_video_s is null or inner_video_s >= 0 and kind = 'photo');
-- What people write speaks of a video that they open, or of the one inside a photo that they open.
create or replace function is_open_video(p_medium uuid, p_operation int, p_compartment int) returns boolean language sql stable
  as $$ select exists (select 1 from media_item m where m.id = p_medium and m.operation_id = p_operation and m.compartment_id = p_compartment
          and (m.kind = 'video' or m.inner_video_s is not null) and m.compartment_id = any ((select my_keys())::int[])) $$;
create or replace function looked_at(p_face uuid, p_item uuid, p_user int) returns timestamptz language sql stable
  -- When this person first lifted the veil of what stands on a side: its face, where it has one, else its medium. Who watched the video inside a
  -- photo has not seen the photo.
  as $$ select case when p_face is not null
          then (select min(viewed_at) from media_view where user_id = p_user and face_id = p_face)
          else (select min(viewed_at) from media_view v where user_id = p_user and media_item_id = p_item
            and (v.from_ms is null or not exists (select 1 from media_item m where m.id = p_item and m.kind = 'photo'))) end $$;
create or replace function seen_contents(p_operation int) returns setof bytea language sql stable parallel safe
  -- The contents of which the viewer has lifted the veil of a whole picture, whichever copy it was; the video inside a photo is not the photo.
  as $$ select s.sha256 from media_view v cross join lateral (select m.sha256 from media_item m where m.id = v.media_item_id offset 0) s
        where v.user_id = (select my_id()) and v.operation_id = p_operation
          and (v.from_ms is null or not exists (select 1 from media_item k where k.id = v.media_item_id and k.kind = 'photo')) $$;
