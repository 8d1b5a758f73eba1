-- Exhibits that are being moved out of their agency's common lock. While the row stands, nobody but that agency opens the common lock: a part
-- of what lies behind it has moved, a part has not.
create table closing (
  before_id int primary key references compartment,  -- the common lock
  lock_id int not null unique references compartment,  -- the exhibit's own, to which its rows move
  operation_id int not null references operation,
  exhibit_id uuid not null unique references exhibit,
  files int not null,                         -- that came with it
  has_moved_words boolean not null default false,  -- what was said of faces and persons, once all of them have moved
  seq bigint not null default 0,              -- of the last line of the record that was looked at
  parted uuid[] not null default '{}',        -- persons that became two
  began_at timestamptz not null default now()
);
alter table closing enable row level security;
create policy worker_all on closing to concord_worker using (true) with check (true);
create policy own on closing for select to concord_app using (before_id = any ((select my_keys())::int[]));
create policy within_reach on closing as restrictive to concord_app
  using ((select not exercises_only()) or operation_id = any ((select exercises())::int[]));
grant select on closing to concord_app, concord_worker;

create or replace function my_keys() returns int[] language sql stable security definer parallel safe set search_path = public
  -- The compartments I may open: shared by a country that accepted and opened to mine, my own agency's, or granted to it for a time.
  -- What a country shares opens to others up to the end of the window that this country accepted; where the window ends
  -- no later than that, it stays open in the follow-up. A newcomer opens the own agency's alone. Observers, administrators and
  -- recipients hold none. While an exhibit is moved out of a shared compartment, its agency alone opens that.
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
                 c.sharing = 'operation' and c.id <> all ((select array(select before_id from closing))::int[])
                   and (owner.country = mine.country
                        or theirs.accepted_until >= least(o.closes_at, now()) and opens_to(theirs, p))
                 or exists (select 1 from access_grant g where g.compartment_id = c.id and g.agency_id = u.agency_id
                            and g.scope = 'exhibit' and g.granted and g.ended_at is null and g.until > now()))) $$;
