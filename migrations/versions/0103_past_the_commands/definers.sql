-- What people's role asks of functions with their owner's rights, past every command: each answers and does only what is the caller's.
create function is_service() returns boolean language sql stable security definer set search_path = public
  as $$ select exists (select 1 from app_user u where u.id = my_id() and u.is_service and u.disabled_at is null) $$;
create function require_reach(p_operation int) returns void language plpgsql stable security definer set search_path = public as $$
-- Pass where the caller belongs to this operation, or the installation is his; 0 stands for the installation.
begin
  if session_user = 'concord_app' and p_operation <> 0 and p_operation <> all (my_memberships()) and not is_house_admin() then
    raise exception 'not an operation of the caller';
  end if;
end $$;
revoke execute on function is_service, require_reach from public;
grant execute on function is_service, require_reach to concord_app, concord_worker;

create or replace function start_chain(p_operation int) returns void language sql security definer set search_path = public
  -- Called once, when an operation is created.
  as $$ select require_reach(p_operation);
        insert into chain (operation_id) values (p_operation) $$;
create or replace function operations_of(p_user int) returns setof int language sql stable security definer set search_path = public
  -- For whoever disables an account: the operations whose members are held first.
  as $$ select m.operation_id from membership m where m.user_id = p_user and (m.ends_at is null or m.ends_at > now())
          and (session_user <> 'concord_app' or p_user = my_id() or is_house_admin() or is_service()) $$;

create or replace function child_standing(p_operation int, p_stages text[])
  returns table (lead_id uuid, outcome_id uuid, stage text, from_lead uuid, is_at_rest boolean, person_id uuid, register_entry_id uuid)
  language sql stable security definer set search_path = public
-- What was stated of a depicted child, of these stages and not revoked, by each lead on which it stands: the lead of the referral, and
-- every lead of a person or an entry of a register that the statements tie to that child. A rejected pair shows two people.
-- is_at_rest: nobody has marked the lead as urgent since. person_id, register_entry_id: what ties it to the lead; both null on the lead
-- of the referral itself. It answers for hidden ties too, and to workers for hidden leads: people read `visible_standing`.
as $$
  with stated as (select o.id, o.lead_id, o.stage, o.recorded_at, r.id as root, e.of_lead = o.lead_id as is_shown
                  from outcome o join ledger_entry e on e.id = o.ledger_id join ledger_entry r on r.id = coalesce(e.merged_into, e.id)
                  where o.operation_id = p_operation and o.revoked_at is null and o.lead_id is not null
                    and r.kind = 'victim' and r.is_depicted),
  shown as (select distinct s.root, s.lead_id from stated s where s.is_shown),
  on_lead as (
    select h.root, v.lead_id, v.person_id, null::uuid as register_entry_id
      from shown h join lead_evidence m on m.lead_id = h.lead_id join lead_evidence v on v.person_id = m.person_id
    union
    select h.root, v.lead_id, null, v.register_entry_id
      from shown h join lead_evidence m on m.lead_id = h.lead_id join lead_evidence v on v.register_entry_id = m.register_entry_id
    union
    select s.root, s.lead_id, null, null from stated s)
  select l.id, s.id, s.stage, s.lead_id, s.recorded_at > coalesce((select max(e.at) from event e
    where e.lead_id = l.id and e.kind = 'lead:marked_urgent'), '-infinity'), t.person_id, t.register_entry_id
  from on_lead t join stated s on s.root = t.root join lead l on l.id = t.lead_id
  where s.stage = any (p_stages) and l.stage <> 'rejected'
    and (session_user <> 'concord_app' or l.locks && (select my_keys()) and not l.locks && (select my_closed())) $$;

create or replace function tell_leads_of(p_operation int, p_ledger uuid, p_persons uuid[]) returns int
  language plpgsql security definer set search_path = public
-- Numbers, like the event that follows in the same write, what boards are to take anew: the leads of the referrals about an entry of the
-- ledger, and each side of a lead that shows a person or an entry of a register that these tie to it, or one of these persons. Whoever
-- does not see that side sees no change. Answers how many. Where a change may part entries, it is asked before and after.
as $$
declare v_leads uuid[]; v_sides uuid[]; v_seq bigint;
begin
  perform require_reach(p_operation);
  with root as (select e.id, coalesce(e.merged_into, e.id) as root from ledger_entry e where e.operation_id = p_operation),
  named as (select p_ledger as id union
            select e.id from ledger_entry e join lead_evidence v on v.lead_id = e.of_lead where v.person_id = any (p_persons)),
  entry as (select r.id from root r where r.root in (select o.root from root o join named using (id))),
  stated as (select distinct o.lead_id from outcome o where o.ledger_id in (select id from entry) and o.lead_id is not null),
  person as (select unnest(p_persons) as id union
             select v.person_id from ledger_entry e join lead_evidence v on v.lead_id = e.of_lead where e.id in (select id from entry)),
  side as (select v.id from lead_evidence v where v.person_id in (select id from person)
           union
           select v.id from lead_evidence v where v.register_entry_id in (
             select e.register_entry_id from lead_evidence e where e.lead_id in (select lead_id from stated)))
  select (select array_agg(lead_id) from stated), (select array_agg(id) from side) into v_leads, v_sides;
  -- Rows of leads before the head of the chain, as append_events asks it.
  perform 1 from lead where operation_id = p_operation and id = any (v_leads) order by id for no key update;
  select last_seq + 1 into strict v_seq from chain where operation_id = p_operation for update;
  update lead set changed_seq = v_seq where operation_id = p_operation and id = any (v_leads);
  insert into lead_told (lead_id, compartment_id, operation_id, seq)
    select distinct v.lead_id, v.compartment_id, v.operation_id, v_seq from lead_evidence v
    where v.operation_id = p_operation and v.id = any (v_sides)
    on conflict (lead_id, compartment_id) do update set seq = excluded.seq;
  return coalesce(cardinality(v_leads), 0) + coalesce(cardinality(v_sides), 0);
end $$;

create or replace function erase_words(p_operation int, p_table text, p_key uuid, p_basis text) returns text
  language plpgsql volatile security definer set search_path = public as $$
-- Take the words out of a row, and write down who did, on which basis. The trigger seals what stays under a new salt, so that nothing
-- tells of the words any more. Answers what was done: 'erased', 'none' where there is no such row or no words, 'gone' where they are
-- erased already, 'foreign' where the actor is no country lead of the author's country.
declare v_words text[]; v_author text; v_country text; v_has boolean;
begin
  select e.words, e.author into v_words, v_author from erasable e where e.name = p_table;
  if not found then return 'none'; end if;
  execute format('select u.country, %s from %I r join user_with_country u on u.id = r.%I where r.id = $1 and r.operation_id = $2 for update of r',
    (select string_agg(format('coalesce(r.%I, '''') <> ''''', c), ' or ') from unnest(v_words) c), p_table, v_author)
    into v_country, v_has using p_key, p_operation;
  if v_country is null or not v_has then return 'none'; end if;
  if not exists (
      select 1 from membership m join user_with_country u on u.id = m.user_id
      where m.operation_id = p_operation and m.user_id = my_id() and m.role = 'country_lead' and u.country = v_country
        and m.operation_id = any (my_administrations())) then
    return 'foreign';
  end if;
  if exists (select 1 from erasure e where e.name = p_table and e.key = p_key) then return 'gone'; end if;
  insert into open_erasure (xact) values (pg_current_xact_id()::text::bigint);
  execute format('update %I r set %s where r.id = $1', p_table,
    (select string_agg(format('%1$I = case when r.%1$I = '''' then '''' else %2$L end', c, case c when 'find_key' then '' else '[…]' end), ', ')
     from unnest(v_words) c)) using p_key;
  delete from open_erasure where xact = pg_current_xact_id()::text::bigint;
  insert into erasure (operation_id, name, key, legal_basis, erased_by) values (p_operation, p_table, p_key, p_basis, my_id());
  return 'erased';
end $$;

create or replace function void_opinions(p_operation int, p_user int) returns table (id uuid, lead_id uuid, locks int[], is_void boolean)
  language sql volatile security definer set search_path = public
  -- The opinions of somebody whose account others used: what is not settled is taken back, what is settled is named. Whoever has
  -- removed a member asks, in the same write, and may hold no key to the leads.
  as $$ with void as (
          update assessment a set undone_at = now()
          where a.operation_id = p_operation and a.examiner_id = p_user and a.settled_at is null and a.undone_at is null
            and p_operation = any (my_administrations())
            and exists (select 1 from membership m where m.operation_id = p_operation and m.user_id = p_user and m.ends_at <= now())
          returning a.id, a.lead_id, a.locks)
        select v.id, v.lead_id, v.locks, true from void v
        union all
        select a.id, a.lead_id, a.locks, false from assessment a
        where a.operation_id = p_operation and a.examiner_id = p_user and a.settled_at is not null and a.undone_at is null
          and p_operation = any (my_administrations())
          and exists (select 1 from membership m where m.operation_id = p_operation and m.user_id = p_user and m.ends_at <= now()) $$;

create or replace function apply_band_setting(p_operation int) returns int language plpgsql security definer set search_path = public as $$
-- Copies the operation's setting to its leads, those of closed compartments too, and numbers the change like the event that
-- follows in the same write; answers how many changed.
declare v_seq bigint; v_count int;
begin
  perform require_reach(p_operation);
  perform 1 from lead where operation_id = p_operation order by id for no key update;  -- before the head, see append_events
  select last_seq + 1 into strict v_seq from chain where operation_id = p_operation for update;
  update lead l set bands_shown = o.shows_band, changed_seq = v_seq from operation o
  where o.id = p_operation and l.operation_id = o.id and l.bands_shown <> o.shows_band;
  get diagnostics v_count = row_count;
  return v_count;
end $$;

create or replace function note_sights(p_operation int, p_users int[], p_leads uuid[]) returns int
  language sql security definer set search_path = public
  -- Writes down who was shown the band of which lead for the first time; answers how many rows are new. A person
  -- notes for himself alone.
  as $$ select require_reach(p_operation);
        with new as (insert into sight (lead_id, user_id, what, operation_id)
          select l.id, u.id, 'band', p_operation from unnest(p_leads) as l(id) cross join unnest(p_users) as u(id)
          where session_user <> 'concord_app' or u.id = my_id() or is_service()
          order by l.id, u.id
          on conflict do nothing returning 1) select count(*)::int from new $$;

create or replace function next_number(p_operation int, p_what text) returns int language sql security definer set search_path = public
  as $$ select require_reach(p_operation);
        insert into counter (operation_id, what, value) values (p_operation, p_what, 1)
        on conflict (operation_id, what) do update set value = counter.value + 1 returning value $$;

create or replace function reach_outcome(p_lead uuid) returns void language sql security definer set search_path = public
  as $$ update lead set stage = 'outcome', stage_since = now()
        where id = p_lead and may_state_on(p_lead) and stage in ('verified', 'referred')
          and exists (select 1 from outcome o where o.lead_id = p_lead and o.revoked_at is null) $$;

create or replace function try_vouch_code(p_operation int, p_user int, p_digest bytea, p_tries int) returns text
  language plpgsql volatile security definer set search_path = public
-- What a member who heard a newcomer's code learns of it: met, wrong, or gone (none, too old, or tried too often). A code that was
-- right is used up. Five tries at most, as CODE_TRIES of rules/vouching.py, whoever asks.
as $$
declare v_right boolean;
begin
  update vouch_code c set tries = c.tries + 1
  where c.operation_id = p_operation and c.user_id = p_user and c.expires_at > now() and c.tries < least(p_tries, 5)
    and p_operation = any (my_memberships())
  returning c.digest = p_digest into v_right;
  if not found then return 'gone'; end if;
  if not v_right then return 'wrong'; end if;
  delete from vouch_code c where c.operation_id = p_operation and c.user_id = p_user;
  return 'met';
end $$;

create or replace function newcomers_opinions(p_operation int) returns table (id uuid, lead_id uuid, locks int[])
  language sql stable security definer set search_path = public
  -- The opinions that stand of whoever is a newcomer in an operation, and was none when they were signed. Whoever withdraws a vouch
  -- asks, in the write that withdraws it, and may hold no key to the leads; none of their content is answered.
  as $$ select a.id, a.lead_id, a.locks
        from assessment a join membership m on m.operation_id = a.operation_id and m.user_id = a.examiner_id
        where a.operation_id = p_operation and m.standing = 'newcomer' and a.undone_at is null and p_operation = any (my_operations())
          and (session_user <> 'concord_app' or exists (
            select 1 from vouch v where v.operation_id = p_operation and v.withdrawn_by = my_id() and v.withdrawn_at = now()))
          and not exists (
            select 1 from event e where e.lead_id = a.lead_id and e.kind = 'assessment:unvouched'
              and e.payload ->> 'assessment' = a.id::text) order by a.signed_at, a.id $$;

create or replace function take_places(p_lock int, p_units int) returns bigint language plpgsql volatile
  security definer set search_path = public as $$
-- The place at which the next media of the agency that owns this lock begin; they take so many units. Whoever has had nothing read for
-- a while begins with what is read now, not before it; where nothing waits, all begin anew. A person asks for the own material alone: the
-- place says how much waits.
declare v_agency int; v_now bigint; v_place bigint;
begin
  if p_units < 0 or session_user = 'concord_app' and not own_material(p_lock) then raise exception 'take_places: not of the own material'; end if;
  select c.agency_id into strict v_agency from compartment c where c.id = p_lock;
  select (min(j.priority) - 5)::bigint * 50 into v_now from job j where j.kind = 'read_media' and j.state = 'waiting';
  insert into reading_turn as t (agency_id, place) values (v_agency, greatest(v_now, 0) + p_units)
  on conflict (agency_id) do update
    set place = case when v_now is null then 0 else greatest(t.place, v_now) end + p_units
  returning place into v_place;
  return v_place - p_units;
end $$;

create or replace function set_ages(p_persons uuid[]) returns void language sql security definer set search_path = public as $$
  -- The age of a person is the last one that its own agency said of it, or of whom it took over, and did not withdraw; what
  -- stands in another compartment than the person is not of it.
  update person p set age_band = a.code
  from (select t.id, (
          select w.code from person_word w join person own on own.id = t.id and own.compartment_id = w.compartment_id
            join compartment c on c.id = w.compartment_id join app_user u on u.id = w.said_by
          where w.person_id in (select id from persons_as(t.id)) and w.what = 'age_band' and w.withdrawn_at is null
            and u.agency_id = c.agency_id order by w.ordinal desc limit 1) as code
        from (select distinct id from unnest(p_persons) t(id)) t) a
  where a.id = p.id and p.age_band is distinct from a.code $$;
