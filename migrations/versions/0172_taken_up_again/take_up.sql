alter table job add column failed_in text;  -- the version of the program in which the last attempt failed; null if before versions were noted

create function count_gone_sweeps() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into material_count (operation_id, compartment_id, what, number)
    select s.operation_id, s.compartment_id, f.what, -f.number from old_rows s
    cross join lateral (values ('swept', 1), ('swept_partly', (not s.is_whole)::int), ('swept_faces', s.faces), ('swept_bettered', s.bettered)) f(what, number)
    where f.number <> 0;
  return null;
end $$;
create trigger count_gone after delete on media_sweep referencing old table as old_rows for each statement execute function count_gone_sweeps();

create function take_up(p_jobs uuid[]) returns int language plpgsql security definer set search_path = public as $$
-- Have jobs that failed for good done anew. What giving them up wrote is taken back, so that nothing says that they were done.
declare v_jobs int;
begin
  perform 1 from job where id = any (p_jobs) order by subject_id for update;
  update media_item m set state = 'waiting', refusal = null, read_at = null from job j
    where j.id = any (p_jobs) and j.kind = 'read_media' and m.id = j.subject_id and m.state = 'refused' and m.refusal = 'not_readable';
  update face_act a set state = 'waiting' from job j
    where j.id = any (p_jobs) and j.kind = 'describe_face' and a.id = j.subject_id and a.state = 'not_readable' and a.undone_at is null;
  delete from media_sweep s using job j
    where j.id = any (p_jobs) and j.kind in ('sweep_photo', 'sweep_video') and s.media_item_id = j.subject_id
      and not s.is_whole and s.faces = 0 and s.bettered = 0;
  delete from text_reading t using job j
    where j.id = any (p_jobs) and j.kind = 'read_text' and t.media_item_id = j.subject_id and not t.is_whole
      and not exists (select 1 from picture_text p where p.media_item_id = t.media_item_id);
  update job set state = 'waiting', attempt = 0, lease_until = null, failure = null, done_at = null where id = any (p_jobs) and state = 'failed';
  get diagnostics v_jobs = row_count;
  return v_jobs;
end $$;

create function failed_of_exhibit(p_exhibit uuid) returns table (job_id uuid, kind text, media_item_id uuid) language sql stable security definer
  set search_path = public as $$
-- What failed for good about the files of an exhibit that the caller opens.
with media as materialized (
  select distinct r.media_item_id as id from received_file r join exhibit e on e.id = r.exhibit_id
  where r.exhibit_id = p_exhibit and r.media_item_id is not null and e.compartment_id = any (my_keys()) and e.compartment_id <> all (my_closed()))
select j.id, j.kind, m.id from media m join job j on j.subject_id = m.id and j.state = 'failed'
union all
select j.id, j.kind, m.id from media m join face_act a on a.media_item_id = m.id
  join job j on j.kind = 'describe_face' and j.subject_id = a.id and j.state = 'failed' $$;

create function take_up_exhibit(p_exhibit uuid) returns int language plpgsql security definer set search_path = public as $$
-- Have done anew what failed about the files of the caller's own exhibit; answers how many files.
declare v_files int;
begin
  if not exists (select 1 from exhibit e where e.id = p_exhibit and own_material(e.compartment_id)) then return 0; end if;
  select count(distinct f.media_item_id) into v_files from failed_of_exhibit(p_exhibit) f;
  perform take_up(array(select f.job_id from failed_of_exhibit(p_exhibit) f));
  return v_files;
end $$;

create function work_has_failed(p_told text[]) returns boolean language sql stable security definer set search_path = public
  -- Whether any job failed for good of which nobody else is told.
  as $$ select exists (select 1 from job where state = 'failed' and kind <> all (p_told)) $$;

revoke execute on function count_gone_sweeps, take_up, failed_of_exhibit, take_up_exhibit, work_has_failed from public;
grant execute on function take_up to concord_worker;
grant execute on function failed_of_exhibit, take_up_exhibit to concord_app;
grant execute on function work_has_failed to concord_app, concord_worker;

-- Frames and parts of which nothing could be found out were written as if they had been looked at.
update media_item m set frames_hashed_in = null from job j
  where j.kind = 'hash_frames' and j.state = 'failed' and m.id = j.subject_id and not exists (select 1 from video_frame f where f.media_item_id = m.id);
update media_item m set parts_hashed_in = null from job j
  where j.kind = 'compare_parts' and j.state = 'failed' and m.id = j.subject_id and not exists (select 1 from picture_part p where p.media_item_id = m.id);
