create function may_give(p_own text, p_role text) returns boolean language sql immutable parallel safe
  as $$ -- Whether a role may give another (GRANTABLE of workspace/rules/roles.py; a test compares the two).
        select coalesce(case p_own
          when 'administrator' then p_role <> 'service'
          when 'operation_lead' then p_role <> all (array['administrator', 'director', 'service'])
          when 'country_lead' then p_role = any (array['country_lead', 'specialist', 'liaison', 'analyst', 'recipient']) end, false) $$;

create function bind_member() returns trigger language plpgsql set search_path = public as $$
-- What people write of memberships is what the commands write: who comes in or back was brought by who acts, with a role that he may give;
-- a role changes with a return, or where a proposal of two people makes a country's lead; a part ends now and not at another time.
declare v_own text; v_proposed boolean;
begin
  if current_user <> 'concord_app' then return new; end if;
  select m.role into v_own from membership m where m.operation_id = new.operation_id and m.user_id = my_id() and holds_now(m);
  v_proposed := new.role = 'country_lead' and exists (
    select 1 from country_lead_proposal p where p.operation_id = new.operation_id and p.confirmed_by = my_id() and p.confirmed_at = now()
      and p.proposed_by <> my_id() and (p.user_id = new.user_id or tg_op = 'INSERT' and p.user_id is null));
  if tg_op = 'INSERT' then
    if new.invited_by is distinct from my_id() or not (is_house_admin() or may_give(v_own, new.role) or v_proposed) then
      raise exception 'membership: who acts brings in, with a role that he may give' using errcode = '42501';
    end if;
    return new;
  end if;
  if new.ends_at is not distinct from old.ends_at and new.invited_by is not distinct from old.invited_by and (new.role = old.role or v_proposed) then
    return new;
  end if;
  if new.ends_at = now() and new.invited_by is not distinct from old.invited_by and new.role = old.role then return new; end if;
  if old.ends_at < now() and new.ends_at is null and new.invited_by = my_id() and new.user_id <> my_id()
      and (is_house_admin() or may_give(v_own, new.role)) then
    return new;
  end if;
  raise exception 'membership: a role and who brought somebody in change with a return alone' using errcode = '42501';
end $$;
revoke execute on function may_give, bind_member from public;
grant execute on function may_give to concord_app, concord_worker;

create trigger bind_member before insert or update on membership for each row execute function bind_member();
