create or replace function regroup(p_compartment int, p_faces uuid[], p_persons uuid[], p_empty uuid[], p_into uuid[]) returns void
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
  perform set_pairs(v_touched), set_ages(v_touched);
  -- A person's own wish changes no job that is there: whoever was matched before is matched anew.
  update job set state = 'waiting', attempt = 0, lease_until = null, failure = null, done_at = null
    where kind = 'match_person' and subject_id = any (v_touched) and state <> 'waiting';
end $$;

create or replace function move_persons(p_from int, p_to int) returns uuid[] language plpgsql set search_path = public as $$
-- A person all of whose faces moved goes with them, and so do those that were merged into it. One of whom faces stay becomes two: the new
-- one has the faces that moved, and the leads that compare them. Answers those that became two.
declare v record; v_new uuid; v_parted uuid[] := '{}'; v_ended uuid[];
begin
  update person p set compartment_id = p_to where p.compartment_id = p_from
    and exists (select 1 from face f where f.person_id = p.id and f.compartment_id = p_to)
    and not exists (select 1 from face f where f.person_id = p.id and f.compartment_id = p_from);
  with recursive merged as (
    select id from person where merged_into in (select id from person where compartment_id = p_to)
    union select p.id from person p join merged m on p.merged_into = m.id)
  update person p set compartment_id = p_to from merged m where p.id = m.id and p.compartment_id = p_from;
  for v in select p.* from person p where p.compartment_id = p_from
      and exists (select 1 from face f where f.person_id = p.id and f.compartment_id = p_to) order by p.number loop
    v_new := gen_random_uuid();
    insert into person (id, operation_id, compartment_id, number, series_id, category, age_band, model_digest)
      values (v_new, v.operation_id, p_to, next_number(v.operation_id, 'person'), v.series_id, v.category, v.age_band, v.model_digest);
    update face set person_id = v_new, grouped_as = null where person_id = v.id and compartment_id = p_to;
    update lead_evidence e set person_id = v_new from face f where e.person_id = v.id and f.id = e.face_id and f.compartment_id = p_to;
    -- What was stated on leads of the two stays that of one child.
    insert into ledger_act (operation_id, what, ledger_id, other_id, decided_by)
      select v.operation_id, 'same', a.id, b.id, my_id()
      from ledger_entry a join lead_evidence x on x.lead_id = a.of_lead and x.person_id = v_new,
        ledger_entry b join lead_evidence y on y.lead_id = b.of_lead and y.person_id = v.id
      where a.kind = 'victim' and b.kind = 'victim' and a.id <> b.id order by a.number, b.number limit 1;
    -- The pair is the closed one's now. A rejected one is not: what examiners rejected is not proposed again of what stays.
    update lead l set pair_key = pair_key_of_faces(v_new, coalesce(other.person_id, other.register_entry_id))
      from lead_evidence mine join lead_evidence other on other.lead_id = mine.lead_id and other.side <> mine.side
      where mine.person_id = v_new and l.id = mine.lead_id and l.kind in ('same_face', 'register_match') and l.stage <> 'rejected';
    perform refresh_person(v.id), refresh_person(v_new);
    v_parted := v_parted || v.id;
  end loop;
  -- What was said of two faces holds where both moved with their persons; it says nothing of two compartments, where a lead does.
  with moved as (
    update person_act a set compartment_id = p_to,
        undone_at = coalesce(a.undone_at, case when one.compartment_id <> p_to or two.compartment_id <> p_to then now() end)
      from person one, person two, person_act before
      where a.compartment_id = p_from and one.id = a.person_id and two.id = a.other_id and before.id = a.id
        and exists (select 1 from face f where f.id in (a.face_id, a.other_face_id) and f.compartment_id = p_to)
      returning a.person_id, a.other_id, a.undone_at is not null and before.undone_at is null as has_ended)
  select array_agg(p) into v_ended from moved, unnest(array[person_id, other_id]) p where has_ended;
  -- What ends so is taken back by nobody: who is one person stays as it is. No face names a person of another compartment.
  update face f set grouped_as = null where f.grouped_as is not null and (
    f.compartment_id = p_to and not exists (select 1 from person p where p.id = f.grouped_as and p.compartment_id = p_to)
    or f.compartment_id in (p_from, p_to) and (f.person_id = any (v_ended) or f.grouped_as = any (v_ended)));
  -- What was said of a person goes with it; of one that became two it stays.
  update person_word w set compartment_id = p_to from person p
    where w.compartment_id = p_from and p.id = w.person_id and p.compartment_id = p_to;
  return v_parted;
end $$;

create or replace function leads_of_broken(p_table text, p_key text) returns uuid[] language plpgsql stable security definer set search_path = public as $$
-- The leads that a governed row speaks of; null where it concerns all of them (members, terms, rules, agencies), or is gone.
declare v uuid[];
begin
  if p_table in ('edition', 'face_search', 'series', 'series_act', 'person_act', 'removal', 'suspension', 'country_lead_proposal', 'card_answer', 'card_tip') then
    return '{}';  -- no package rests on these
  elsif p_table in ('assessment', 'annotation', 'comment', 'corroboration', 'jurisdiction_claim', 'lead_reason', 'access_grant', 'outcome', 'referral', 'clue', 'clue_act', 'clue_card', 'outside_result') then
    execute format('select array[lead_id] from %I where %s::text = $1 and lead_id is not null', p_table,
      case when p_table in ('clue', 'outside_result') then 'lead_id' else 'id' end) into v using p_key;
  elsif p_table = 'release_permission' then
    select array[r.lead_id] into v from release_permission p join referral r on r.id = p.referral_id where p.id::text = p_key;
  elsif p_table = 'referral_release' then
    select array[r.lead_id] into v from referral_release x join referral r on r.id = x.referral_id where x.id::text = p_key;
  elsif p_table = 'referral_picture' then
    select array[r.lead_id] into v from referral r where r.id::text = split_part(p_key, ' ', 1);
  elsif p_table in ('exhibit', 'register_entry') then
    select coalesce(array_agg(distinct e.lead_id), '{}') into v from lead_evidence e where p_key in (e.exhibit_id::text, e.register_entry_id::text);
  elsif p_table = 'exhibit_change' then
    select coalesce(array_agg(distinct e.lead_id), '{}') into v from lead_evidence e join exhibit_change x on x.exhibit_id = e.exhibit_id
      where x.id::text = p_key;
  elsif p_table = 'person_word' then
    select coalesce(array_agg(distinct e.lead_id), '{}') into v from lead_evidence e join person_word w on w.person_id = e.person_id
      where w.id::text = p_key;
  elsif p_table = 'entry_end' then
    select coalesce(array_agg(distinct e.lead_id), '{}') into v from lead_evidence e join entry_end x on x.entry_id = e.register_entry_id
      where x.id::text = p_key;
  elsif p_table in ('ledger_entry', 'ledger_act') then
    return '{}';
  end if;
  return v;
end $$;

create or replace function move_events(p_exhibit uuid, p_from int, p_to int) returns void language plpgsql set search_path = public as $$
-- Lines of the record: those of a moved lead as its rows, any other where it names something that moved.
declare v_operation int := (select operation_id from exhibit where id = p_exhibit);
begin
  update event e set locks = case when e.locks = m.before then m.after else moved_locks(e.locks, p_from, p_to) end
    from lead_moves(p_to) m where e.lead_id = m.lead_id and p_from = any (e.locks);
  with moved as (
    select p_exhibit::text as id union all
    select m.id::text from media_item m where m.compartment_id = p_to union all
    select f.id::text from face f where f.compartment_id = p_to union all
    select p.id::text from person p where p.compartment_id = p_to union all
    select w.id::text from person_word w where w.compartment_id = p_to union all
    select a.id::text from person_act a where a.compartment_id = p_to),
  told as (
    select distinct e.seq from event e
    cross join lateral jsonb_path_query(e.payload, '$.** ? (@.type() == "string")') word join moved on moved.id = word #>> '{}'
    where e.operation_id = v_operation and p_from = any (e.locks)
      and not (e.lead_id is not null and e.lead_id in (select lead_id from lead_moves(p_to))))
  update event e set locks = moved_locks(e.locks, p_from, p_to) from told where e.operation_id = v_operation and e.seq = told.seq;
end $$;
