drop function lead_moves(int), move_sides(uuid, int, int), move_lead_rows(uuid, int, int), move_events(uuid, int, int);

create function lead_moves(p_to int, p_leads uuid[]) returns table (lead_id uuid, before int[], after int[]) language sql stable set search_path = public
  -- Those of the leads of which a side has moved to this lock, with their locks as they stand and as their sides say.
  as $$ select l.id, l.locks, n.locks from lead l join (
          select e.lead_id, array_agg(distinct e.compartment_id order by e.compartment_id) as locks from lead_evidence e
          where e.lead_id = any (p_leads) group by e.lead_id) n on n.lead_id = l.id
        where l.id = any (p_leads) and l.locks <> n.locks and p_to = any (n.locks) $$;

create function move_sides(p_exhibit uuid, p_from int, p_to int, p_leads uuid[]) returns void language sql set search_path = public as $$
  -- A side goes with the picture that it shows. Where files match, the pair is the exhibits', whichever file stands there; any other side
  -- whose medium stays names an exhibit that it stays with.
  update lead_evidence e set compartment_id = p_to from media_item m
    where e.lead_id = any (p_leads) and m.id = e.media_item_id and m.compartment_id = p_to and e.compartment_id = p_from;
  update lead_evidence e set compartment_id = p_to from person p
    where e.lead_id = any (p_leads) and e.media_item_id is null and p.id = e.person_id and p.compartment_id = p_to and e.compartment_id = p_from;
  update lead_evidence e set compartment_id = p_to, media_item_id = own.id, face_id = null, person_id = null
    from lead l, media_item m, media_item own
    where e.lead_id = any (p_leads) and e.exhibit_id = p_exhibit and e.compartment_id = p_from and l.id = e.lead_id
      and l.kind in ('same_file', 'near_copy') and m.id = e.media_item_id and own.compartment_id = p_to and own.sha256 = m.sha256;
  update lead_evidence e set exhibit_id = (
      select f.exhibit_id from received_file f where f.media_item_id = e.media_item_id and f.compartment_id = p_from
      order by f.received_at, f.id limit 1)
    where e.lead_id = any (p_leads) and e.exhibit_id = p_exhibit and e.compartment_id = p_from;
$$;

create function move_lead_rows(p_from int, p_to int, p_leads uuid[]) returns void language plpgsql set search_path = public as $$
-- What hangs on a lead is for who sees the lead; what one side wrote is for that side. A statement about a person stays open to whom
-- another open lead tells it.
declare t text;
begin
  foreach t in array array['assessment', 'lead_reason', 'jurisdiction_claim', 'corroboration', 'referral', 'outcome', 'presence', 'clue', 'clue_act', 'clue_card', 'outside_result', 'event'] loop
    execute format('update %I r set locks = case when r.locks = m.before then m.after else moved_locks(r.locks, $1, $2) end '
                   'from lead_moves($2, $3) m where r.lead_id = m.lead_id and $1 = any (r.locks)', t) using p_from, p_to, p_leads;
  end loop;
  update comment r set locks = moved_locks(r.locks, p_from, p_to) from lead_moves(p_to, p_leads) m
    where r.lead_id = m.lead_id and p_from = any (r.locks);
  update annotation a set compartment_id = p_to where a.compartment_id = p_from and a.face_id is null
    and a.lead_id in (select lead_id from lead_moves(p_to, p_leads));
  update ledger_entry g set locks = case
      when exists (select 1 from outcome o where o.ledger_id = g.id and p_from = any (o.locks))
      then array(select distinct l from unnest(g.locks || p_to) l order by 1) else moved_locks(g.locks, p_from, p_to) end
    where p_from = any (g.locks) and (g.of_lead in (select m.lead_id from lead_moves(p_to, p_leads) m)
      or g.id in (select o.ledger_id from outcome o join lead_moves(p_to, p_leads) m on m.lead_id = o.lead_id));
  insert into lead_told (lead_id, compartment_id, operation_id, seq)
    select t.lead_id, p_to, t.operation_id, t.seq from lead_told t join lead_moves(p_to, p_leads) m on m.lead_id = t.lead_id
    where t.compartment_id = p_from on conflict do nothing;
  delete from lead_told t using lead_moves(p_to, p_leads) m
    where t.lead_id = m.lead_id and t.compartment_id = p_from and p_from <> all (m.after);
  -- Years that only a closed side can tell are not told by the lead.
  update lead l set locks = m.after, age_gap_years = null from lead_moves(p_to, p_leads) m where l.id = m.lead_id;
end $$;

create function move_lines(p_exhibit uuid, p_from int, p_to int, p_after bigint, p_upto bigint) returns void language plpgsql set search_path = public as $$
-- Lines of the record that name something that moved, of these numbers; those of a lead moved with it.
declare v_operation int := (select operation_id from exhibit where id = p_exhibit);
begin
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
    where e.operation_id = v_operation and e.seq > p_after and e.seq <= p_upto and p_from = any (e.locks)
      and not (e.lead_id is not null and e.lead_id in (select lead_id from lead_evidence where compartment_id = p_to)))
  update event e set locks = moved_locks(e.locks, p_from, p_to) from told where e.operation_id = v_operation and e.seq = told.seq;
end $$;
revoke execute on function lead_moves, move_sides, move_lead_rows, move_lines from public;
