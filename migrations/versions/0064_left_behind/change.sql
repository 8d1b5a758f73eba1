create function part_ended(p_operation int, p_user int, p_roles text[]) returns text
  language sql stable security definer set search_path = public as $$
-- Why a person can do nothing now that these roles may; null while they can.
select case when u.disabled_at is not null then 'disabled'
    when m.user_id is null or m.ends_at <= now() or m.role <> all (p_roles) then 'removed'
    when m.suspended_until > now() then 'suspended'
    when m.standing = 'newcomer' then 'newcomer' end
from app_user u left join membership m on m.user_id = u.id and m.operation_id = p_operation where u.id = p_user $$;

create function can_sign_in(m membership) returns boolean language sql stable security definer set search_path = public
  -- Whether a member can come in now: the part holds, the account is enabled and has a passkey; an exercise asks for none.
  as $$ select holds_now(m) and exists (select 1 from app_user u where u.id = m.user_id and u.disabled_at is null)
        and (exists (select 1 from operation o where o.id = m.operation_id and o.is_exercise)
          or exists (select 1 from passkey p where p.user_id = m.user_id)) $$;

create function left_behind(p_operation int) returns table (user_id int, leads int, drafts int, can_sign_in boolean)
  language sql stable security definer set search_path = public as $$
-- For whoever has charge of members: how many leads each member holds and how many drafts of referrals are theirs, and whether they can
-- come in. A country lead is told the first two of the own country alone: another's may lie in closed material.
select m.user_id, case when told then (select count(*)::int from lead l where l.operation_id = p_operation and l.holder_id = m.user_id) end,
  case when told then (select count(*)::int from referral r where r.operation_id = p_operation and r.drafted_by = m.user_id
    and r.state = 'drafted') end, can_sign_in(m)
from membership m join user_with_country u on u.id = m.user_id cross join lateral (
  select coalesce((select not (i.role = 'country_lead') from membership i where i.operation_id = p_operation and i.user_id = my_id()), true)
    or u.country = (select w.country from user_with_country w where w.id = my_id()) as told) t
where m.operation_id = p_operation and (m.ends_at is null or m.ends_at > now())
  and (p_operation = any (my_administrations()) or is_house_admin() and p_operation = any (my_operations())) $$;

create function keeps_alone(p_user int) returns int language sql volatile security definer set search_path = public as $$
-- How many operations nobody else leads or administers, who could bring people in. Volatile: it also sees what was committed while the
-- members were waited for.
select count(*)::int from membership m
where m.user_id = p_user and m.role in ('operation_lead', 'administrator') and (m.ends_at is null or m.ends_at > clock_timestamp())
  and not exists (select 1 from membership n join app_user u on u.id = n.user_id and u.disabled_at is null
    where n.operation_id = m.operation_id and n.user_id <> p_user and n.role in ('operation_lead', 'administrator')
      and (n.ends_at is null or n.ends_at > clock_timestamp())) $$;

create function operations_of(p_user int) returns setof int language sql stable security definer set search_path = public
  -- For whoever disables an account: the operations whose members are held first.
  as $$ select m.operation_id from membership m where m.user_id = p_user and (m.ends_at is null or m.ends_at > now()) $$;
revoke execute on function part_ended, can_sign_in, left_behind, keeps_alone, operations_of from public;
grant execute on function part_ended, can_sign_in, left_behind, keeps_alone, operations_of to concord_app, concord_worker;
