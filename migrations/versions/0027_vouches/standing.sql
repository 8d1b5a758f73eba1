create function settle_standings(p_operation int) returns table (user_id int, standing text)
  language plpgsql volatile security definer set search_path = public
-- Works out anew who counts as met, after a vouch was given or withdrawn; answers whose standing changed.
-- Met is whoever has one vouch of a member who is met, and whose country has another member who is met. The first person of a
-- country needs two vouches, of members of two countries, or one of them an administrator of the operation.
-- It begins at the first two people and goes on until nothing changes, so that people who vouch for each other in a circle
-- hold up nobody. The second of the first two is whom the first one met first.
as $$
declare v_met int[]; v_more int[];
begin
  perform 1 from membership m where m.operation_id = p_operation order by m.user_id for no key update;
  if (select count(*) from membership m where m.operation_id = p_operation and m.standing = 'first') = 1 then
    return query
      update membership m set standing = 'first' where m.operation_id = p_operation and m.user_id = (
        select v.user_id from vouch v join membership f on f.operation_id = v.operation_id and f.user_id = v.voucher_id and f.standing = 'first'
        where v.operation_id = p_operation and v.withdrawn_at is null order by v.vouched_at limit 1)
      returning m.user_id, m.standing;
  end if;
  v_met := array(select m.user_id from membership m where m.operation_id = p_operation and m.standing = 'first');
  loop
    v_more := array(
      select m.user_id from membership m join user_with_country u on u.id = m.user_id
      where m.operation_id = p_operation and m.user_id <> all (v_met)
        and exists (
          select 1 from (
            select count(*) as vouches, count(distinct w.country) as countries, bool_or(wm.role = 'administrator') as by_administrator
            from vouch v join user_with_country w on w.id = v.voucher_id
            join membership wm on wm.operation_id = v.operation_id and wm.user_id = v.voucher_id
            where v.operation_id = p_operation and v.user_id = m.user_id and v.withdrawn_at is null and v.voucher_id = any (v_met)) f
          where f.vouches >= 1 and exists (select 1 from user_with_country o where o.id = any (v_met) and o.country = u.country)
             or f.vouches >= 2 and (f.countries >= 2 or f.by_administrator)));
    exit when v_more = '{}';
    v_met := v_met || v_more;
  end loop;
  return query
    update membership m set standing = case when m.user_id = any (v_met) then 'met' else 'newcomer' end
    where m.operation_id = p_operation and m.standing <> 'first' and (m.standing = 'met') <> (m.user_id = any (v_met))
    returning m.user_id, m.standing;
end $$;

create function are_independent(p_operation int, p_one int, p_other int) returns boolean
  language sql stable security definer set search_path = public
  -- Whether each of the two can be reached, by vouches, from the first people of the operation without passing through the other.
  as $$
    with recursive
    without_other as (
      select m.user_id from membership m where m.operation_id = p_operation and m.standing = 'first' and m.user_id <> p_other
      union select v.user_id from vouch v join without_other f on f.user_id = v.voucher_id
      where v.operation_id = p_operation and v.withdrawn_at is null and v.user_id <> p_other),
    without_one as (
      select m.user_id from membership m where m.operation_id = p_operation and m.standing = 'first' and m.user_id <> p_one
      union select v.user_id from vouch v join without_one f on f.user_id = v.voucher_id
      where v.operation_id = p_operation and v.withdrawn_at is null and v.user_id <> p_one)
    select p_one <> p_other and exists (select 1 from without_other where user_id = p_one)
       and exists (select 1 from without_one where user_id = p_other) $$;

create function try_vouch_code(p_operation int, p_user int, p_digest bytea, p_tries int) returns text
  language plpgsql volatile security definer set search_path = public
-- What a member who heard a newcomer's code learns of it: met, wrong, or gone (none, too old, or tried too often). A code that was
-- right is used up.
as $$
declare v_right boolean;
begin
  update vouch_code c set tries = c.tries + 1
  where c.operation_id = p_operation and c.user_id = p_user and c.expires_at > now() and c.tries < p_tries
    and p_operation = any (my_memberships())
  returning c.digest = p_digest into v_right;
  if not found then return 'gone'; end if;
  if not v_right then return 'wrong'; end if;
  delete from vouch_code c where c.operation_id = p_operation and c.user_id = p_user;
  return 'met';
end $$;
