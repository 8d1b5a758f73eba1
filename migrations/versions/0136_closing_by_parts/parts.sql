drop function close_exhibit(uuid), move_media(uuid, int, int), move_persons(int, int);

create function move_files(p_exhibit uuid, p_from int, p_to int, p_files uuid[]) returns void language plpgsql set search_path = public as $$
-- Files of the exhibit, with all others that hold the same media, and the media that came with it alone, with their faces. A medium that
-- also came with another exhibit of the compartment stays for that one; the closed exhibit gets a medium of its own out of the same stored
-- object, which is read anew.
declare v_media uuid[] := array(select distinct media_item_id from received_file where id = any (p_files) and media_item_id is not null);
        v_moved uuid[]; v_faces uuid[];
begin
  with moved as (
    update media_item m set compartment_id = p_to
      where m.id = any (v_media) and m.compartment_id = p_from and m.register_entry_id is null
        and not exists (select 1 from received_file f where f.exhibit_id <> p_exhibit and f.media_item_id = m.id)
      returning m.id)
  select coalesce(array_agg(id), '{}') into v_moved from moved;
  insert into media_item (operation_id, compartment_id, sha256, md5, sha1, size_bytes, address, media_type, kind, state, refusal, received_at)
    select m.operation_id, p_to, m.sha256, m.md5, m.sha1, m.size_bytes, m.address, m.media_type, m.kind,
      case m.state when 'read' then 'waiting' else m.state end, m.refusal, m.received_at
    from media_item m where m.id = any (v_media) and m.compartment_id = p_from;
  update received_file f set compartment_id = p_to, media_item_id = coalesce((
      select own.id from media_item m join media_item own on own.compartment_id = p_to and own.sha256 = m.sha256
      where m.id = f.media_item_id), f.media_item_id)
    where f.exhibit_id = p_exhibit and f.compartment_id = p_from and (f.id = any (p_files) or f.media_item_id = any (v_media));
  update track t set compartment_id = p_to where t.media_item_id = any (v_moved);
  with moved as (update face f set compartment_id = p_to where f.media_item_id = any (v_moved) returning f.id)
  select coalesce(array_agg(id), '{}') into v_faces from moved;
  update media_view v set compartment_id = p_to
    where v.compartment_id = p_from and (v.media_item_id = any (v_moved) or v.face_id = any (v_faces));
end $$;

create function move_copies(p_from int, p_to int, p_most int) returns boolean language plpgsql set search_path = public as $$
-- Near copies of which a medium moved: both moved, or it is one no more. Answers whether there are more.
begin
  with pair as (
    select n.media_item_id, n.like_id, a.compartment_id as one, b.compartment_id as two
    from near_copy n join media_item a on a.id = n.media_item_id join media_item b on b.id = n.like_id
    where n.compartment_id = p_from and (a.compartment_id = p_to or b.compartment_id = p_to) limit p_most),
  gone as (delete from near_copy n using pair s where n.media_item_id = s.media_item_id and n.like_id = s.like_id and s.one <> s.two)
  update near_copy n set compartment_id = p_to from pair s
    where n.media_item_id = s.media_item_id and n.like_id = s.like_id and s.one = s.two;
  return exists (
    select 1 from near_copy n join media_item a on a.id = n.media_item_id join media_item b on b.id = n.like_id
    where n.compartment_id = p_from and (a.compartment_id = p_to or b.compartment_id = p_to));
end $$;

create function move_persons(p_from int, p_to int, p_persons uuid[]) returns uuid[] language plpgsql set search_path = public as $$
-- Persons of whom faces moved. One all of whose faces moved goes with them, and so do those that were merged into it. One of whom faces stay
-- becomes two: the new one has the faces that moved, and the leads that compare them. Answers those that became two.
declare v record; v_new uuid; v_whole uuid[]; v_parted uuid[] := '{}';
begin
  with whole as (
    update person p set compartment_id = p_to where p.id = any (p_persons) and p.compartment_id = p_from
      and not exists (select 1 from face f where f.person_id = p.id and f.compartment_id = p_from) returning p.id)
  select coalesce(array_agg(id), '{}') into v_whole from whole;
  with recursive merged as (
    select id from person where merged_into = any (v_whole)
    union select p.id from person p join merged m on p.merged_into = m.id)
  update person p set compartment_id = p_to from merged m where p.id = m.id and p.compartment_id = p_from;
  for v in select p.* from person p where p.id = any (p_persons) and p.compartment_id = p_from order by p.number loop
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
  return v_parted;
end $$;

create function move_person_words(p_from int, p_to int) returns void language plpgsql set search_path = public as $$
-- What was said of faces and of persons, once all of them have moved.
declare v_ended uuid[];
begin
  -- What was said across two materials stays between its faces, wherever their material goes.
  update person_act a set compartment_id = p_to from face f
    where a.other_compartment_id is not null and a.compartment_id = p_from and f.id = a.face_id and f.compartment_id = p_to;
  update person_act a set other_compartment_id = p_to from face f
    where a.other_compartment_id = p_from and f.id = a.other_face_id and f.compartment_id = p_to;
  -- What was said of two faces holds where both moved with their persons; it says nothing of two compartments, where a lead does.
  with moved as (
    update person_act a set compartment_id = p_to,
        undone_at = coalesce(a.undone_at, case when one.compartment_id <> p_to or two.compartment_id <> p_to then now() end)
      from person one, person two, person_act before
      where a.compartment_id = p_from and a.other_compartment_id is null
        and one.id = a.person_id and two.id = a.other_id and before.id = a.id
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
  update annotation a set compartment_id = p_to where a.compartment_id = p_from
    and a.face_id in (select id from face where compartment_id = p_to);
end $$;
revoke execute on function move_files, move_copies, move_persons, move_person_words from public;
