create function hold(p_what text, p_ids text[]) returns void language plpgsql volatile security definer set search_path = public
-- Holds things until the commit, whoever may see them: rows in the order of their ids, or an advisory lock where a rule reads rows
-- that do not exist yet. Rows are held so that rows that refer to them can still be added (no key update). Each kind has one
-- place in the order of commands/locks.py; a command comes here in that order, so that no two wait for each other.
as $$
declare v_id text;
begin
  case p_what
    when 'account' then perform 1 from app_user where id = any (p_ids::int[]) order by id for no key update;
    when 'operation' then perform 1 from operation where id = any (p_ids::int[]) order by id for no key update;
    when 'exhibit' then perform 1 from exhibit where id = any (p_ids::uuid[]) order by id for no key update;
    when 'register' then perform 1 from register where id = any (p_ids::uuid[]) order by id for no key update;
    when 'entry' then perform 1 from register_entry where id = any (p_ids::uuid[]) order by id for no key update;
    when 'series' then perform 1 from series where id = any (p_ids::uuid[]) order by id for no key update;
    when 'lead' then perform 1 from lead where id = any (p_ids::uuid[]) order by id for no key update;
    when 'referral' then  -- with its lead, and with the one that it would route on
      perform 1 from lead where id in (select r.lead_id from referral r where r.id = any (p_ids::uuid[])) order by id for no key update;
      perform 1 from referral where id = any (p_ids::uuid[])
        or id in (select r.previous_id from referral r where r.id = any (p_ids::uuid[])) order by id for no key update;
    when 'permission' then
      perform hold('referral', array(select p.referral_id::text from release_permission p where p.id = any (p_ids::uuid[])));
      perform 1 from release_permission where id = any (p_ids::uuid[]) order by id for no key update;
    when 'members', 'persons', 'ledger' then
      for v_id in select each from unnest(p_ids) as each order by each::int loop
        perform pg_advisory_xact_lock(hashtext(p_what), v_id::int);
      end loop;
  end case;
end $$;

create function hold_shown(p_operation int, p_persons uuid[]) returns void language plpgsql volatile security definer set search_path = public
-- Holds every lead that shows one of these persons, or on which something is stated of an entry that they are tied to. Against rows
-- that would refer to it too: the pair of such a lead changes when persons are merged.
as $$
begin
  perform 1 from lead where operation_id = p_operation and id in (
    select v.lead_id from lead_evidence v where v.person_id = any (p_persons)
    union
    select o.lead_id from outcome o join ledger_root(p_operation) r on r.id = o.ledger_id where r.root in (
      select t.root from ledger_root(p_operation) t join ledger_person p on p.ledger_id = t.id where p.person_id = any (p_persons)))
  order by id for update;
end $$;

create function still_stands(p_operation int, p_role text, p_states text[], p_met boolean) returns void
  language plpgsql volatile security definer set search_path = public
-- Asked behind append_events, once the head of the chain is locked: whether the actor still is what policy was asked about when the
-- write began, and the operation still is in a state that it allows. Whatever changes either writes to the same chain, so that one
-- of two writes is first. p_states: none where the state was not what decided. p_met: whether a newcomer would have been refused.
-- Raises CN001 with a code.
as $$
declare v_role text; v_newcomer boolean; v_state text;
begin
  select m.role, m.standing = 'newcomer', case when o.state = 'open' and o.closes_at <= now() then 'closing' else o.state end
    into v_role, v_newcomer, v_state
    from membership m join app_user u on u.id = m.user_id and u.disabled_at is null join operation o on o.id = m.operation_id
    where m.operation_id = p_operation and m.user_id = my_id()
      -- now() is when this write began: the person may have been removed since.
      and (m.ends_at is null or m.ends_at > clock_timestamp()) and (m.suspended_until is null or m.suspended_until <= now());
  if v_role is distinct from p_role then raise exception 'role' using errcode = 'CN001'; end if;
  if v_newcomer and p_met then raise exception 'newcomer' using errcode = 'CN001'; end if;
  if v_state <> all (p_states) then raise exception 'closed' using errcode = 'CN001'; end if;
end $$;

revoke execute on function hold, hold_shown, still_stands from public;
grant execute on function hold, hold_shown, still_stands to concord_app, concord_worker;
