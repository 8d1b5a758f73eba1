drop function merge_person, part_person, own_persons;

create function own_material(p_compartment int) returns boolean language sql stable security definer set search_path = public
  as $$ select exists (select 1 from compartment c
                       where c.id = p_compartment and c.agency_id = my_agency() and c.id = any (my_keys())) $$;

create function split_off(p_person uuid) returns uuid language plpgsql security definer set search_path = public as $$
-- A new person without faces, beside another one of the caller's own material. What was said of the other is not said of it.
declare v_new uuid;
begin
  insert into person (operation_id, compartment_id, number, model_digest)
    select p.operation_id, p.compartment_id, next_number(p.operation_id, 'person'), p.model_digest
    from person p where p.id = p_person and own_material(p.compartment_id) returning id into v_new;
  if v_new is null then raise exception 'not a person of the own material'; end if;
  return v_new;
end $$;

create function regroup(p_compartment int, p_faces uuid[], p_persons uuid[], p_empty uuid[], p_into uuid[]) returns void
  language plpgsql security definer set search_path = public as $$
-- Give faces of one compartment to persons of it (p_faces, p_persons: place by place), and lead the numbers of persons without a face to
-- others (p_empty, p_into). A side of a lead goes with the face that it was opened with, and keeps its lead, stage and opinions; which
-- children are one follows from the sides. People may change neither faces nor sides by hand, so this asks whose they are.
declare v_touched uuid[];
begin
  if not own_material(p_compartment)
    or exists (select 1 from unnest(p_faces) g(id) left join face f on f.id = g.id and f.compartment_id = p_compartment where f.id is null)
    or exists (select 1 from unnest(p_persons || p_empty || p_into) g(id)
               left join person p on p.id = g.id and p.compartment_id = p_compartment where p.id is null)
  then raise exception 'not the own persons of one compartment'; end if;
  v_touched := p_persons || array(select f.person_id from face f where f.id = any (p_faces));
  update face f set person_id = g.person, grouped_as = nullif(coalesce(f.grouped_as, f.person_id), g.person)
    from unnest(p_faces, p_persons) g(face, person) where f.id = g.face;
  update lead_evidence v set person_id = f.person_id from face f
    where f.id = any (p_faces) and v.face_id = f.id and v.person_id is distinct from f.person_id and v.person_id is not null;
  update person p set merged_into = null where p.id = any (p_persons) and p.merged_into is not null;
  update person p set merged_into = g.into_id from unnest(p_empty, p_into) g(id, into_id)
    where p.id = g.id and p.merged_into is distinct from g.into_id;
  perform refresh_person(t.id) from (select distinct id from unnest(v_touched) t(id)) t;
  perform set_pairs(v_touched);
  -- A person's own wish changes no job that is there: whoever was matched before is matched anew.
  update job set state = 'waiting', attempt = 0, lease_until = null, failure = null, done_at = null
    where kind = 'match_person' and subject_id = any (v_touched) and state <> 'waiting';
end $$;

create function set_pairs(p_persons uuid[]) returns void language plpgsql security definer set search_path = public as $$
-- Each lead about these persons stands for the pair that its sides show now, so that the pair is not proposed again, rejected or not. Of
-- several on one pair the one with the smallest number does; the others keep a key of their own, with their opinions, and name each other.
declare v_ids uuid[]; v_keys bytea[];
begin
  with pair as (
    select distinct l.id, l.operation_id, l.number, l.pair_key as before, sha256(convert_to('lead ' || l.id, 'UTF8')) as own,
      pair_key_of_faces(mine.person_id, coalesce(other.person_id, other.register_entry_id)) as key
    from lead_evidence mine join lead l on l.id = mine.lead_id and l.kind in ('same_face', 'register_match')
    join lead_evidence other on other.lead_id = l.id and other.side <> mine.side
    where mine.person_id = any (p_persons) and coalesce(other.person_id, other.register_entry_id) is not null),
  wanted as (
    select p.id, p.before, case when p.number = min(p.number) over (partition by p.operation_id, p.key)
        and not exists (select 1 from lead l where l.operation_id = p.operation_id and l.pair_key = p.key and l.id not in (select id from pair))
      then p.key else p.own end as key
    from pair p)
  select array_agg(w.id order by w.id), array_agg(w.key order by w.id) into v_ids, v_keys from wanted w where w.before <> w.key;
  -- In two steps, since one may take over the key that another gives up.
  update lead l set pair_key = sha256(convert_to('lead ' || l.id, 'UTF8')) where l.id = any (v_ids);
  update lead l set pair_key = w.key from unnest(v_ids, v_keys) w(id, key) where l.id = w.id and l.pair_key <> w.key;
end $$;

revoke execute on function own_material, split_off, regroup, set_pairs from public;
grant execute on function split_off, regroup to concord_app;
