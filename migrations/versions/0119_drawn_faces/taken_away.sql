create or replace function count_faces(p_media uuid) returns void language sql set search_path = public
  -- What the gallery tells of a medium's faces, out of their rows; what people took away is none.
  as $$ update media_item m set face_count = f.n, best_quality = f.best
        from (select count(distinct coalesce(track_id, id)) as n, (array_agg(quality_word order by quality desc))[1] as best
              from face where media_item_id = p_media and taken_away_as is null) f
        where m.id = p_media $$;

create function take_face_away(p_act uuid) returns void language plpgsql security definer set search_path = public as $$
-- A face that somebody took away, with the others of its track, belongs to nobody and has no vector: nothing is compared with it. Its
-- rows and its leads stay.
declare v face_act; v_persons uuid[];
begin
  select * into v from face_act where id = p_act and what = 'taken_away' and undone_at is null;
  if not found or not own_material(v.compartment_id) then raise exception 'not a box of the own material'; end if;
  with gone as (
    update face f set taken_away_as = p_act, before_taken = f.person_id, person_id = null, embedding = null
    from face named where named.id = v.face_id and (f.id = named.id or f.track_id = named.track_id) and f.taken_away_as is null
    returning f.before_taken)
  select coalesce(array_agg(distinct before_taken) filter (where before_taken is not null), '{}') into v_persons from gone;
  perform count_faces(v.media_item_id);
  perform refresh_person(t.id) from unnest(v_persons) t(id);
  perform set_pairs(v_persons);
end $$;

create function give_face_back(p_act uuid) returns void language plpgsql security definer set search_path = public as $$
-- It is whose it was, or whoever that person was joined to meanwhile; its vector is made anew, which is the same one.
declare v face_act; v_persons uuid[];
begin
  select * into v from face_act where id = p_act and what = 'taken_away' and undone_at is not null;
  if not found or not own_material(v.compartment_id) then raise exception 'not a box of the own material'; end if;
  with recursive up as (
    select f.id as face, p.id, p.merged_into from face f join person p on p.id = f.before_taken and p.compartment_id = f.compartment_id
      where f.taken_away_as = p_act
    union all select up.face, p.id, p.merged_into from up join person p on p.id = up.merged_into),
  back as (
    update face f set taken_away_as = null, before_taken = null,
      person_id = (select up.id from up where up.face = f.id and up.merged_into is null)
    where f.taken_away_as = p_act returning f.person_id)
  select coalesce(array_agg(distinct person_id) filter (where person_id is not null), '{}') into v_persons from back;
  perform count_faces(v.media_item_id);
  perform refresh_person(t.id) from unnest(v_persons) t(id);
  perform set_pairs(v_persons);
end $$;
revoke execute on function take_face_away, give_face_back from public;
grant execute on function take_face_away, give_face_back to concord_app;
