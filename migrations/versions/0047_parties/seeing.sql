create function opens_to(theirs participation, mine participation) returns boolean language sql stable parallel safe
  -- Whether one country has opened its material to another: it accepted terms in which the other one stood, or said so later.
  as $$ select theirs.accepted_version >= mine.joined_version or exists (
          select 1 from opening x where x.operation_id = theirs.operation_id and x.owner = theirs.country and x.country = mine.country and x.is_open) $$;

create or replace function my_keys() returns int[] language sql stable security definer parallel safe set search_path = public
  -- The compartments I may open: shared by a country that accepted and opened to mine, my own agency's, or granted to it for a time.
  -- What a country shares opens to others up to the end of the window that this country accepted; where the window ends
  -- no later than that, it stays open in the follow-up. A newcomer opens the own agency's alone. Observers, administrators and
  -- recipients hold none.
  as $$ select coalesce(array_agg(c.id order by c.id), '{}')
        from membership m
        join app_user u on u.id = m.user_id and u.disabled_at is null
        join agency mine on mine.id = u.agency_id
        join participation p on p.operation_id = m.operation_id and p.country = mine.country and p.accepted_at is not null
        join operation o on o.id = m.operation_id
        join compartment c on c.operation_id = m.operation_id
        join agency owner on owner.id = c.agency_id
        left join participation theirs on theirs.operation_id = c.operation_id and theirs.country = owner.country
        where m.user_id = my_id() and holds_now(m) and reachable(m.operation_id)
          and m.role in ('operation_lead', 'country_lead', 'specialist', 'liaison', 'analyst')
          and (c.agency_id = u.agency_id
               or m.standing <> 'newcomer' and (
                 c.sharing = 'operation' and (owner.country = mine.country
                                              or theirs.accepted_until >= least(o.closes_at, now()) and opens_to(theirs, p))
                 or exists (select 1 from access_grant g where g.compartment_id = c.id and g.agency_id = u.agency_id
                            and g.scope = 'exhibit' and g.granted and g.ended_at is null and g.until > now()))) $$;

create function my_closed() returns int[] language sql stable security definer parallel safe set search_path = public
  -- The compartments of countries that have not opened to mine, which joined after they had accepted: whatever touches one of them does
  -- not exist for me, also where a lead has a side of my own. What was granted to my agency is open.
  as $$ select coalesce(array_agg(c.id order by c.id), '{}')
        from membership m
        join app_user u on u.id = m.user_id and u.disabled_at is null
        join agency mine on mine.id = u.agency_id
        join participation p on p.operation_id = m.operation_id and p.country = mine.country and p.joined_version > 1
        join compartment c on c.operation_id = m.operation_id
        join agency owner on owner.id = c.agency_id and owner.country <> mine.country
        join participation theirs on theirs.operation_id = c.operation_id and theirs.country = owner.country
        where m.user_id = my_id() and holds_now(m) and reachable(m.operation_id) and not opens_to(theirs, p)
          and not exists (select 1 from access_grant g where g.compartment_id = c.id and g.agency_id = u.agency_id
                          and g.scope = 'exhibit' and g.granted and g.ended_at is null and g.until > now()) $$;

create function my_partial() returns int[] language sql stable security definer parallel safe set search_path = public
  -- The operations in which a country that accepted has not opened to mine: what speaks of all countries is closed to me there.
  as $$ select coalesce(array_agg(m.operation_id), '{}')
        from membership m
        join app_user u on u.id = m.user_id and u.disabled_at is null
        join agency mine on mine.id = u.agency_id
        join participation p on p.operation_id = m.operation_id and p.country = mine.country and p.joined_version > 1
        where m.user_id = my_id() and holds_now(m) and reachable(m.operation_id)
          and exists (select 1 from participation theirs where theirs.operation_id = p.operation_id and theirs.country <> p.country
                      and theirs.accepted_at is not null and not opens_to(theirs, p)) $$;

create or replace function my_audits() returns int[] language sql stable security definer parallel safe set search_path = public
  -- Operations whose whole record I may read (ids and small values, never content): observers whom somebody has met, and to whose country
  -- every country has opened.
  as $$ select coalesce(array_agg(m.operation_id), '{}') from membership m join app_user u on u.id = m.user_id
        where m.user_id = my_id() and u.disabled_at is null and m.role = 'observer' and m.standing <> 'newcomer'
          and holds_now(m) and reachable(m.operation_id) and m.operation_id <> all (my_partial()) $$;

create or replace function my_pair_sides()
  returns table (operation_id int, lead_id uuid, side int, compartment_id int, country text, face_id uuid, media_item_id uuid)
  language sql stable security definer parallel safe rows 1 set search_path = public
  -- The sides that are open to me by their picture alone: of leads that a key of mine shows, while the grant lasts and no side of the lead
  -- is closed to my country. media_item_id: only where the side is no face. Whoever has the key, a newcomer, and whoever opens no lead
  -- there: none.
  as $$ select distinct e.operation_id, e.lead_id, e.side, e.compartment_id, e.country, e.face_id,
          case when e.face_id is null then e.media_item_id end
        from app_user u
        join access_grant g on g.agency_id = u.agency_id and g.scope = 'pair' and g.granted and g.ended_at is null and g.until > now()
        join membership m on m.operation_id = g.operation_id and m.user_id = u.id and m.standing <> 'newcomer'
        join lead l on l.id = g.lead_id and l.operation_id = g.operation_id and l.locks && (select my_keys())
          and not (l.locks && (select my_closed()))
        join lead_evidence e on e.lead_id = l.id and e.compartment_id = g.compartment_id
        where u.id = my_id() and g.compartment_id <> all ((select my_keys())::int[]) $$;

create or replace function my_keys_digest(p_operation int) returns text language sql stable security definer parallel safe set search_path = public
  -- A digest of what the viewer may open in this operation, pairs too, and of what is closed to the viewer's country: when it changes, a
  -- client takes a fresh snapshot. It is the same for a session that reaches exercises alone, and for the socket that answers several
  -- sessions at once.
  as $$ select md5(p_operation::text || ':' || (select coalesce(array_agg(c.id order by c.id), '{}') from compartment c
          where c.operation_id = p_operation and c.id = any ((select my_keys())::int[]))::text
          || coalesce((select string_agg(':' || p.lead_id || '/' || p.side, '' order by p.lead_id, p.side) from my_pair_sides() p
                       where p.operation_id = p_operation), '')
          || coalesce((select ';' || string_agg(c.id::text, ',' order by c.id) from compartment c
                       where c.operation_id = p_operation and c.id = any ((select my_closed())::int[])), '')) $$;

-- What touches a closed country does not exist for a country that joined; what was sent to one's own agency does.
do $$
declare t text; v_besides text;
begin
  for t in select c.table_name from information_schema.columns c join information_schema.tables b using (table_schema, table_name)
           where c.table_schema = 'public' and c.column_name = 'locks' and b.table_type = 'BASE TABLE' loop
    v_besides := case t
      when 'referral' then ' or to_agency_id = (select my_agency()) and state not in (''drafted'', ''withdrawn'') '
        'and operation_id = any ((select my_met())::int[])'
      when 'outcome' then ' or stated_by_agency_id = (select my_agency())'
      when 'ledger_entry' then ' or agency_id = (select my_agency()) or id in (select o.ledger_id from outcome o)'
      else '' end;
    execute format('create policy opened on %I as restrictive to concord_app using (not (locks && (select my_closed())::int[])%s)', t, v_besides);
  end loop;
end $$;
create policy opened on compartment as restrictive to concord_app using (id <> all ((select my_closed())::int[]));
create policy opened on edition as restrictive to concord_app using (operation_id <> all ((select my_partial())::int[]));
create policy opened on counter as restrictive for select to concord_app using (operation_id <> all ((select my_partial())::int[]));

create or replace function known_elsewhere(p_exhibits uuid[]) returns int language sql stable security definer set search_path = public
  -- Tells nothing but a count: how many contents of these exhibits another country holds too. Of exhibits whose intake has ended, from
  -- 20 contents up, and only where that country consents and has opened to the one that asks. Null where no exhibit has a count.
  as $$ with asked as materialized (
          select e.id, e.operation_id, e.country from exhibit e
          where e.id = any (p_exhibits) and e.compartment_id = any (my_keys()) and e.intake_ended_at is not null
            and (select count(distinct f.sha256) from received_file f where f.exhibit_id = e.id and f.media_item_id is not null) >= 20),
        mine as (
          select distinct f.sha256, a.operation_id, a.country from asked a join received_file f on f.exhibit_id = a.id
          where f.sha256 is not null and f.media_item_id is not null)
        select case when exists (select 1 from asked) then
          (select count(distinct mine.sha256)::int from mine join participation own on own.operation_id = mine.operation_id and own.country = mine.country
           where exists (
             select 1 from received_file o join exhibit x on x.id = o.exhibit_id
             join participation p on p.operation_id = x.operation_id and p.country = x.country
             where o.sha256 = mine.sha256 and x.operation_id = mine.operation_id and x.country <> mine.country and p.shares_known_count
               and opens_to(p, own))) end $$;

revoke execute on function opens_to, my_closed, my_partial from public;
grant execute on function opens_to, my_closed, my_partial to concord_app, concord_worker;
