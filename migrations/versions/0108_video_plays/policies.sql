alter table video_copy enable row level security;
alter table film_strip enable row level security;
alter table video_range enable row level security;
alter table video_still enable row level security;
create policy worker_all on video_copy to concord_worker using (true) with check (true);
create policy worker_all on film_strip to concord_worker using (true) with check (true);
create policy worker_all on video_range to concord_worker using (true) with check (true);
create policy worker_all on video_still to concord_worker using (true) with check (true);
create policy keys on video_copy for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
create policy keys on film_strip for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
create policy keys on video_range for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
create policy keys on video_still for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
-- What people write speaks of a video that they open, lies where it lies, and says nothing that only a worker can know.
create function is_open_video(p_medium uuid, p_operation int, p_compartment int) returns boolean language sql stable
  as $$ select exists (select 1 from media_item m where m.id = p_medium and m.operation_id = p_operation and m.compartment_id = p_compartment
          and m.kind = 'video' and m.compartment_id = any ((select my_keys())::int[])) $$;
create policy asked on video_copy for insert to concord_app
  with check (is_open_video(media_item_id, operation_id, compartment_id) and asked_by = (select my_id()) and state = 'asked'
    and clear_address is null and veil_address is null and cardinality(at_ms) = 0 and cardinality(stamps) = 0);
create policy own on video_range for insert to concord_app
  with check (is_open_video(media_item_id, operation_id, compartment_id) and said_by = (select my_id()) and undone_at is null);
create policy own_change on video_range for update to concord_app
  using (compartment_id = any ((select my_keys())::int[]) and said_by = (select my_id())) with check (said_by = (select my_id()));
create policy own on video_still for insert to concord_app
  with check (is_open_video(media_item_id, operation_id, compartment_id) and taken_by = (select my_id()) and state = 'asked'
    and still_id is null);
grant select, insert on video_copy, video_range, video_still to concord_app;
grant update (undone_at) on video_range to concord_app;
grant select on film_strip to concord_app;
grant select, insert, update on video_copy, film_strip, video_range, video_still to concord_worker;
revoke execute on function is_open_video from public;
grant execute on function is_open_video to concord_app, concord_worker;
