-- The record: numbered without gaps in commit order, chained, append-only. Each append notifies the web processes.

create function append_events(p_operation int, p_events jsonb) returns bigint language plpgsql security definer set search_path = public as $$
-- The last statement of a write, once per operation. p_events: [{kind, lead_id, locks, payload}]. Raises the number late, so that
-- the operation's row is locked for no longer than the commit takes.
declare
  v_seq bigint; v_hash bytea; v_event jsonb; v_body text; v_at timestamptz; v_actor int := my_id(); v_locks int[];
begin
  if v_actor is null then raise exception 'append_events: nobody acts'; end if;
  -- Every write locks rows of leads before the head of the chain: a claim holds its lead's row when it comes here, and would wait
  -- for ever for a write that holds the head and wants that row.
  perform 1 from lead where id in (select (e->>'lead_id')::uuid from jsonb_array_elements(p_events) e) order by id for no key update;
  select last_seq, last_hash into strict v_seq, v_hash from chain where operation_id = p_operation for update;
  v_at := clock_timestamp();  -- read once the head is locked, so that times stand in the order of the numbers
  for v_event in select * from jsonb_array_elements(p_events) loop
    v_seq := v_seq + 1;
    v_body := json_build_object('operation', p_operation, 'seq', v_seq, 'at', to_char(v_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'kind', v_event->>'kind', 'actor', v_actor, 'lead', v_event->>'lead_id', 'locks', v_event->'locks', 'payload', v_event->'payload')::text;
    v_hash := sha256(v_hash || convert_to(v_body, 'UTF8'));
    v_locks := array(select jsonb_array_elements_text(v_event->'locks')::int);
    insert into event (operation_id, seq, at, kind, actor_id, lead_id, locks, payload, body, hash)
    values (p_operation, v_seq, v_at, v_event->>'kind', v_actor, (v_event->>'lead_id')::uuid, v_locks, v_event->'payload', v_body, v_hash);
    if v_event->>'lead_id' is not null then
      update lead set changed_seq = v_seq where id = (v_event->>'lead_id')::uuid and operation_id = p_operation;
    end if;
  end loop;
  update chain set last_seq = v_seq, last_hash = v_hash where operation_id = p_operation;
  perform pg_notify('concord', p_operation || ':' || v_seq);
  return v_seq;
end $$;

create function start_chain(p_operation int) returns void language sql security definer set search_path = public
  -- Called once, when an operation is created.
  as $$ insert into chain (operation_id) values (p_operation) $$;

create function event_whom(p_kind text, p_payload jsonb) returns int language sql immutable parallel safe
  -- The person whom an event is about besides its actor: to whom a lead was handed, or whose claim ended.
  as $$ select case when p_kind = 'lead:handed_over' then (p_payload->>'to')::int
               when p_kind in ('lead:taken_over', 'lead:lease_ended') then (p_payload->>'holder')::int end $$;

create function note_sights(p_operation int, p_users int[], p_leads uuid[]) returns int language sql security definer set search_path = public
  -- Writes down who was shown the band of which lead for the first time; answers how many rows are new.
  as $$ with new as (insert into sight (lead_id, user_id, what, operation_id)
          select l.id, u.id, 'band', p_operation from unnest(p_leads) as l(id) cross join unnest(p_users) as u(id)
          on conflict do nothing returning 1) select count(*)::int from new $$;

create function apply_band_setting(p_operation int) returns int language plpgsql security definer set search_path = public as $$
-- Copies the operation's setting to its leads, those of closed compartments too, and numbers the change like the event that
-- follows in the same write; answers how many changed.
declare v_seq bigint; v_count int;
begin
  perform 1 from lead where operation_id = p_operation order by id for no key update;  -- before the head, see append_events
  select last_seq + 1 into strict v_seq from chain where operation_id = p_operation for update;
  update lead l set bands_shown = o.shows_band, changed_seq = v_seq from operation o
  where o.id = p_operation and l.operation_id = o.id and l.bands_shown <> o.shows_band;
  get diagnostics v_count = row_count;
  return v_count;
end $$;

create function keys_digests(p_operation int, p_users int[]) returns table (user_id int, digest text)
  language plpgsql volatile security definer set search_path = public
-- What each of these people may open, as a digest, in one round trip: people with the same digest get the same answer. Keys depend
-- on agency and memberships alone, so that one person per agency and memberships is asked for all of them. Afterwards no viewer is set.
as $$ declare v_kind record; v_digest text; begin
  for v_kind in
    select min(k.id) as one, array_agg(k.id) as everyone from (
      select u.id, u.agency_id, (select string_agg(m.operation_id || m.role, ',' order by m.operation_id) from membership m
        where m.user_id = u.id and (m.ends_at is null or m.ends_at > now())) as parts
      from app_user u where u.id = any (p_users) and u.disabled_at is null) k group by k.agency_id, k.parts
  loop
    perform set_config('app.user_id', v_kind.one::text, true);
    if p_operation = any (my_operations()) then
      v_digest := my_keys_digest(p_operation);
      return query select e, v_digest from unnest(v_kind.everyone) as e;
    end if;
  end loop;
  perform set_config('app.user_id', '', true);
end $$;

create function live_sessions(p_ids bytea[]) returns setof bytea language sql stable security definer set search_path = public
  -- Which of these sessions still hold. The sockets ask once per second.
  as $$ select s.id from session s join app_user u on u.id = s.user_id
        where s.id = any (p_ids) and s.ended_at is null and s.expires_at > now() and u.disabled_at is null
          and s.seen_at > now() - interval '30 minutes'  -- as SESSION_IDLE of rules/credentials.py; an open board alone is no use of the session
        $$;

create function revoke_tokens(p_user int) returns int language sql security definer set search_path = public
  -- Called for the person or by an administrator of the installation, who may not change another's token in any other way; answers how many.
  as $$ with gone as (update api_token set revoked_at = now() where user_id = p_user and revoked_at is null
          and (p_user = my_id() or is_house_admin()) returning 1) select count(*)::int from gone $$;
create function void_invitations(p_user int) returns void language sql security definer set search_path = public
  as $$ update invitation set used_at = now() where user_id = p_user and used_at is null and is_house_admin() $$;

-- A receiving agency may hold no key to the lead that its referral came from. These let its statement reach the ledger and the
-- lead without showing it anything: each asks that the referral was sent to the caller's agency, or that the caller holds a key.
create function may_state_on(p_lead uuid) returns boolean language sql stable security definer set search_path = public
  as $$ select exists (select 1 from referral r where r.lead_id = p_lead and r.state not in ('drafted', 'withdrawn')
          and (r.to_agency_id = my_agency() or r.locks && my_keys())) $$;
create function ledger_of_lead(p_lead uuid, p_kind text) returns uuid language sql stable security definer set search_path = public
  -- The entry that this lead's depicted child or offender already has, by any lead that shows the same person: counted once.
  as $$ select coalesce(l.merged_into, l.id) from ledger_entry l
        where may_state_on(p_lead) and l.kind = p_kind and l.is_depicted and (
          l.id in (select lp.ledger_id from ledger_person lp join lead_evidence e on e.person_id = lp.person_id where e.lead_id = p_lead)
          or l.id in (select o.ledger_id from outcome o where o.lead_id = p_lead)
          or p_kind = 'victim' and l.id in (
            select o.ledger_id from lead_evidence mine join lead_evidence other on other.register_entry_id = mine.register_entry_id
            join outcome o on o.lead_id = other.lead_id where mine.lead_id = p_lead))
        order by l.created_at limit 1 $$;
create function link_ledger(p_ledger uuid, p_lead uuid) returns void language sql security definer set search_path = public
  as $$ insert into ledger_person (ledger_id, person_id, compartment_id)
        select p_ledger, e.person_id, e.compartment_id from lead_evidence e
        where may_state_on(p_lead) and e.lead_id = p_lead and e.person_id is not null on conflict do nothing $$;
create function reach_outcome(p_lead uuid) returns void language sql security definer set search_path = public
  as $$ update lead set stage = 'outcome', stage_since = now()
        where id = p_lead and may_state_on(p_lead) and stage in ('verified', 'referred') $$;
create function leave_outcome(p_lead uuid) returns void language sql security definer set search_path = public
  -- When nothing that was stated on a lead holds any more, it waits for an outcome again.
  as $$ update lead set stage = 'referred', stage_since = now()
        where id = p_lead and may_state_on(p_lead) and stage = 'outcome'
          and not exists (select 1 from outcome o where o.lead_id = p_lead and o.revoked_at is null) $$;
create function fill_ledger(p_ledger uuid, p_age text, p_sex text) returns void language sql security definer set search_path = public
  -- Fills in what nobody has stated of a person yet; an agency that has stated an outcome of that person may. What is stated stays.
  as $$ update ledger_entry set age_band = coalesce(age_band, p_age), sex = case sex when 'unknown' then p_sex else sex end
        where id = p_ledger and (age_band is null and p_age is not null or sex = 'unknown' and p_sex <> 'unknown')
          and exists (select 1 from outcome o where o.ledger_id = p_ledger and o.stated_by_agency_id = my_agency()) $$;

create function refuse_rewriting() returns trigger language plpgsql as $$
begin raise exception 'the record is append-only'; end $$;
create trigger event_append_only before update or delete on event for each row execute function refuse_rewriting();
create trigger event_no_truncate before truncate on event for each statement execute function refuse_rewriting();

create function next_number(p_operation int, p_what text) returns int language sql security definer set search_path = public
  as $$ insert into counter (operation_id, what, value) values (p_operation, p_what, 1)
        on conflict (operation_id, what) do update set value = counter.value + 1 returning value $$;

revoke execute on all functions in schema public from public;
grant execute on function my_id, revoke_tokens, void_invitations, event_whom, presented, my_agency, my_memberships, my_operations, my_keys, my_audits, my_keys_digest, is_house_admin,
  my_administrations, act_as, actor_facts, score_after_my_opinion, known_elsewhere, append_events, next_number, start_chain, note_sights, apply_band_setting, keys_digests, live_sessions, opinion_is_unsettled, why_not_judge,
  may_state_on, ledger_of_lead, link_ledger, reach_outcome, leave_outcome, fill_ledger to concord_app, concord_worker;
