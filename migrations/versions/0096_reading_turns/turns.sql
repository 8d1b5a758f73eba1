-- How far each agency has put its media into the queue, in units of a photo. A turn is 50 of them (model/jobs.py): the first turn of
-- every agency is read before the second of any.
create table reading_turn (
  agency_id int primary key references agency,
  place bigint not null
);
alter table reading_turn enable row level security;

create function take_places(p_lock int, p_units int) returns bigint language plpgsql volatile security definer set search_path = public as $$
-- The place at which the next media of the agency that owns this lock begin; they take so many units. Whoever has had nothing read for
-- a while begins with what is read now, not before it; where nothing waits, all begin anew.
declare v_agency int; v_now bigint; v_place bigint;
begin
  select c.agency_id into strict v_agency from compartment c where c.id = p_lock;
  select (min(j.priority) - 5)::bigint * 50 into v_now from job j where j.kind = 'read_media' and j.state = 'waiting';
  insert into reading_turn as t (agency_id, place) values (v_agency, greatest(v_now, 0) + p_units)
  on conflict (agency_id) do update
    set place = case when v_now is null then 0 else greatest(t.place, v_now) end + p_units
  returning place into v_place;
  return v_place - p_units;
end $$;
revoke execute on function take_places from public;
grant execute on function take_places to concord_app, concord_worker;
