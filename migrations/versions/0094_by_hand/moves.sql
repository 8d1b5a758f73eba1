-- What a search outside found goes with its lead.
create or replace function move_lead_rows(p_exhibit uuid, p_from int, p_to int) returns void language plpgsql set search_path = public as $$
-- What hangs on a lead is for who sees the lead; what one side wrote is for that side. A statement about a person stays open to whom
-- another open lead tells it.
declare t text;
begin
  foreach t in array array['assessment', 'lead_reason', 'jurisdiction_claim', 'corroboration', 'referral', 'outcome', 'presence', 'clue', 'clue_act', 'clue_card', 'outside_result'] loop
    execute format('update %I r set locks = case when r.locks = m.before then m.after else moved_locks(r.locks, $1, $2) end '
                   'from lead_moves($2) m where r.lead_id = m.lead_id and $1 = any (r.locks)', t) using p_from, p_to;
  end loop;
  update comment r set locks = moved_locks(r.locks, p_from, p_to) from lead_moves(p_to) m
    where r.lead_id = m.lead_id and p_from = any (r.locks);
  update annotation a set compartment_id = p_to where a.compartment_id = p_from
    and (a.face_id in (select id from face where compartment_id = p_to)
         or a.face_id is null and a.lead_id in (select lead_id from lead_moves(p_to)));
  update release_permission r set locks = case
      when cardinality(r.entries) > 0 or exists (select 1 from exhibit x where x.id = any (r.exhibits) and x.compartment_id = p_from)
      then array(select distinct l from unnest(r.locks || p_to) l order by 1) else moved_locks(r.locks, p_from, p_to) end
    where p_exhibit = any (r.exhibits) and p_from = any (r.locks);
  update ledger_entry g set locks = case
      when exists (select 1 from outcome o where o.ledger_id = g.id and p_from = any (o.locks))
      then array(select distinct l from unnest(g.locks || p_to) l order by 1) else moved_locks(g.locks, p_from, p_to) end
    where p_from = any (g.locks) and (g.of_lead in (select m.lead_id from lead_moves(p_to) m)
      or g.id in (select o.ledger_id from outcome o join lead_moves(p_to) m on m.lead_id = o.lead_id));
  insert into lead_told (lead_id, compartment_id, operation_id, seq)
    select t.lead_id, p_to, t.operation_id, t.seq from lead_told t join lead_moves(p_to) m on m.lead_id = t.lead_id
    where t.compartment_id = p_from on conflict do nothing;
  delete from lead_told t using lead_moves(p_to) m
    where t.lead_id = m.lead_id and t.compartment_id = p_from and p_from <> all (m.after);
end $$;

-- A lead rests on what a search outside found.
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
  elsif p_table = 'entry_end' then
    select coalesce(array_agg(distinct e.lead_id), '{}') into v from lead_evidence e join entry_end x on x.entry_id = e.register_entry_id
      where x.id::text = p_key;
  elsif p_table in ('ledger_entry', 'ledger_act') then
    return '{}';
  end if;
  return v;
end $$;
