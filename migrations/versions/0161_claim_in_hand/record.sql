create or replace function append_events(
  p_operation int, p_events jsonb, p_role text default null, p_states text[] default null, p_met boolean default null)
  returns bigint language plpgsql security definer set search_path = public
  -- What is planned while a record is short stays planned: it must not read the whole of it later.
  set enable_seqscan = off as $$
-- The last statement of a write, once per operation. p_events: [{kind, lead_id, locks, payload}]. Raises the number late, so that
-- the operation's row is locked for no longer than the commit takes: what can be done before is done before. p_role, p_states, p_met: what
-- still_stands is to ask once it is locked, or no role: nothing. The first event carries the governed rows that the write changed, as
-- they stand: "rows" holds a line per row, or their count and Merkle root, and then the lines stand in event_rows. A person writes in an
-- operation of his alone.
declare
  v_seq bigint; v_hash bytea; v_event jsonb; v_body text; v_at timestamptz; v_actor int := my_id(); v_played_by text := my_played_by();
  v_lead uuid; v_leads uuid[] := '{}'; v_act bigint; v_lines text[] := '{}'; v_rows json := '[]'; v_is_batch boolean; v_doubted bigint;
  v_last int := jsonb_array_length(p_events) - 1;
begin
  if v_actor is null then raise exception 'append_events: nobody acts'; end if;
  for i in 0..v_last loop
    v_event := p_events->i;
    -- What people write has spaces or is longer than a digest; a code, an id, a time or a digest is neither.
    if jsonb_path_exists(v_event->'payload', '$.** ? (@.type() == "string" && !(@ like_regex "^[0-9A-Za-z_.:+-]{1,64}$"))') then
      raise exception 'append_events: % holds a text that is no code', v_event->>'kind';
    end if;
    v_lead := (v_event->>'lead_id')::uuid;
    if v_lead is not null then v_leads := v_leads || v_lead; end if;
  end loop;
  select a.act into v_act from open_act a where a.xact = pg_current_xact_id()::text::bigint and a.operation_id = p_operation;
  if found then  -- a batch may hold every entry of a register
    v_lines := array(select concat_ws(' ', s.name, s.key, encode(s.digest, 'hex'), case when s.differed then 'differed' end) from row_seal s
      where s.act = v_act order by s.name collate "C", s.key collate "C");
    v_is_batch := cardinality(v_lines) > 64;
    v_rows := case when v_is_batch
      then json_build_object('count', cardinality(v_lines), 'root', encode(merkle_root(v_lines), 'hex')) else to_json(v_lines) end;
  end if;
  -- The tail, before the head is locked: whoever changed it is found before the night.
  select last_seq, last_hash into strict v_seq, v_hash from chain where operation_id = p_operation;
  if v_seq > 0 and not exists (
      select 1 from event e left join event b on b.operation_id = p_operation and b.seq = v_seq - 1
      where e.operation_id = p_operation and e.seq = v_seq and e.hash = v_hash and (e.version = 1 or v_hash
        = sha256(coalesce(b.hash, decode(repeat('00', 32), 'hex')) || sha256(convert_to(e.body, 'UTF8'))))) then
    v_doubted := v_seq;
  end if;
  -- Every write locks rows of leads before the head of the chain: a claim holds its lead's row when it comes here, and would wait
  -- for ever for a write that holds the head and wants that row.
  if cardinality(v_leads) > 0 then perform 1 from lead where id = any (v_leads) order by id for no key update; end if;
  select last_seq, last_hash into strict v_seq, v_hash from chain where operation_id = p_operation for update;
  if p_role is not null then perform still_stands(p_operation, p_role, p_states, p_met); else perform require_reach(p_operation); end if;
  v_at := clock_timestamp();  -- read once the head is locked, so that times stand in the order of the numbers
  for i in 0..v_last loop
    v_event := p_events->i;
    v_lead := (v_event->>'lead_id')::uuid;
    v_seq := v_seq + 1;
    v_body := json_build_object('version', 2, 'operation', p_operation, 'seq', v_seq,
      'at', to_char(v_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'kind', v_event->>'kind', 'actor', v_actor,
      'played_by', v_played_by, 'lead', v_event->>'lead_id', 'locks', v_event->'locks', 'payload', v_event->'payload', 'rows', v_rows)::text;
    v_hash := sha256(v_hash || sha256(convert_to(v_body, 'UTF8')));
    insert into event (operation_id, seq, version, at, kind, actor_id, played_by, lead_id, locks, payload, body, hash)
    values (p_operation, v_seq, 2, v_at, v_event->>'kind', v_actor, v_played_by, v_lead,
            array(select jsonb_array_elements_text(v_event->'locks')::int), v_event->'payload', v_body, v_hash);
    if v_act is not null then
      if v_is_batch then
        insert into event_rows (operation_id, seq, lines) values (p_operation, v_seq, array_to_string(v_lines, E'\n'));
      end if;
      delete from open_act a where a.xact = pg_current_xact_id()::text::bigint and a.operation_id = p_operation;
      v_act := null;
      v_rows := '[]';
    end if;
    if v_lead is not null then
      update lead set changed_seq = v_seq where id = v_lead and operation_id = p_operation;
    end if;
  end loop;
  update chain set last_seq = v_seq, last_hash = v_hash, doubted_seq = coalesce(v_doubted, doubted_seq) where operation_id = p_operation;
  if exists (select 1 from jsonb_array_elements(p_events) e where e->>'kind' not in ('media:viewed', 'media:watched')) then
    perform pg_notify('concord', p_operation || ':' || v_seq);  -- looks change no screen but the viewer's own
  end if;
  return v_seq;
end $$;
