create function begin_closing(p_exhibit uuid) returns int language plpgsql security definer set search_path = public as $$
-- Let the owner's agency alone open an exhibit, and answer its lock. One that was opened has its own, whose sharing goes back. For one that came
-- into the agency's common lock a new one is made, to which the exhibit moves now and all that came with it by parts (close_part); until
-- end_closing nobody but its agency opens the common lock. The caller keeps all other writes away meanwhile.
declare v record; v_to int;
begin
  select x.operation_id, x.compartment_id as before, c.agency_id, c.is_common into strict v
  from exhibit x join compartment c on c.id = x.compartment_id where x.id = p_exhibit for update;
  if not v.is_common then
    update compartment set sharing = 'agency' where id = v.before;
    update lead set age_gap_years = null where operation_id = v.operation_id and v.before = any (locks);
    perform next_number(v.operation_id, 'closing');
    return v.before;
  end if;
  insert into compartment (operation_id, agency_id, sharing) values (v.operation_id, v.agency_id, 'agency') returning id into v_to;
  insert into closing (before_id, lock_id, operation_id, exhibit_id, files)
    select v.before, v_to, v.operation_id, p_exhibit, count(*) from received_file where exhibit_id = p_exhibit;
  update exhibit set compartment_id = v_to where id = p_exhibit;
  update exhibit_change set compartment_id = v_to where exhibit_id = p_exhibit;
  update release_permission r set locks = case
      when cardinality(r.entries) > 0 or exists (select 1 from exhibit x where x.id = any (r.exhibits) and x.compartment_id = v.before)
      then array(select distinct l from unnest(r.locks || v_to) l order by 1) else moved_locks(r.locks, v.before, v_to) end
    where p_exhibit = any (r.exhibits) and v.before = any (r.locks);
  return v_to;
end $$;

create function close_part(p_exhibit uuid, p_most int) returns table (what text, leads uuid[]) language plpgsql security definer set search_path = public as $$
-- Move the next part of what came with an exhibit that is being closed, and answer what it was, with the leads that it closed: first all files,
-- then copies, persons, what was said of them, leads, and lines of the record; others go on writing those. No row once nothing is left. What is left is
-- read from the rows, so that whoever goes on after a process was killed needs nothing of it.
declare v closing; v_some uuid[]; v_head bigint; v_upto bigint;
begin
  select * into v from closing c where c.exhibit_id = p_exhibit for update;
  if not found then return; end if;
  v_some := array(select f.id from received_file f where f.exhibit_id = p_exhibit and f.compartment_id = v.before_id limit p_most);
  if cardinality(v_some) > 0 then
    perform move_files(p_exhibit, v.before_id, v.lock_id, v_some);
    return query select 'files', '{}'::uuid[];
    return;
  end if;
  if not v.has_moved_words then
    if move_copies(v.before_id, v.lock_id, p_most * 10) then return query select 'copies', '{}'::uuid[]; return; end if;
    v_some := array(select distinct f.person_id from face f join person p on p.id = f.person_id and p.compartment_id = v.before_id
                    where f.compartment_id = v.lock_id limit p_most);
    if cardinality(v_some) > 0 then
      update closing c set parted = c.parted || move_persons(v.before_id, v.lock_id, v_some) where c.before_id = v.before_id;
      return query select 'persons', '{}'::uuid[];
      return;
    end if;
    perform move_person_words(v.before_id, v.lock_id);
    update closing c set has_moved_words = true where c.before_id = v.before_id;
    return query select 'words', '{}'::uuid[];
    return;
  end if;
  v_some := array(
    select distinct e.lead_id from lead_evidence e
    left join media_item m on m.id = e.media_item_id left join person p on p.id = e.person_id
    where e.compartment_id = v.before_id
      and (m.compartment_id = v.lock_id or e.media_item_id is null and p.compartment_id = v.lock_id or e.exhibit_id = p_exhibit)
    limit p_most);
  if cardinality(v_some) > 0 then
    perform move_sides(p_exhibit, v.before_id, v.lock_id, v_some);
    perform move_lead_rows(v.before_id, v.lock_id, v_some);
    return query select 'leads', array(select l.id from lead l where l.id = any (v_some) and v.lock_id = any (l.locks) order by 1);
    return;
  end if;
  v_head := (select coalesce(max(e.seq), 0) from event e where e.operation_id = v.operation_id);
  if v.seq < v_head then
    v_upto := least(v_head, v.seq + p_most * 50);
    perform move_lines(p_exhibit, v.before_id, v.lock_id, v.seq, v_upto);
    update closing c set seq = v_upto where c.before_id = v.before_id;
    return query select case when v_upto < v_head then 'lines' else 'last lines' end, '{}'::uuid[];
  end if;
end $$;

create function end_closing(p_exhibit uuid) returns table (before int, parted uuid[]) language plpgsql security definer set search_path = public as $$
-- Let the others open again what stayed in the common lock; answers it and the persons that became two. Nothing may be left to move.
declare v closing;
begin
  if exists (select 1 from close_part(p_exhibit, 1)) then raise exception 'a part of the exhibit has not moved yet'; end if;
  delete from closing c where c.exhibit_id = p_exhibit returning * into strict v;
  perform next_number(v.operation_id, 'closing');
  return query select v.before_id, v.parted;
end $$;
revoke execute on function begin_closing, close_part, end_closing from public;
grant execute on function begin_closing, close_part, end_closing to concord_worker;
