-- An owner's permission that its material leaves with one referral: asked by the database for every owner, answered by the owner's
-- country. Who holds a key to what it is about sees it, so that a hidden owner stays hidden from whoever asks.
create table release_permission (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  referral_id uuid not null references referral,
  owner_country text not null check (owner_country ~ '^[A-Z]{2}$'),
  locks int[] not null,                       -- the owner's compartments that it is about
  exhibits uuid[] not null,                   -- the owner's exhibits with copies of what would leave
  entries uuid[] not null,                    -- and entries of the owner's registers
  from_agency_id int not null references agency,
  to_agency_id int not null references agency,
  asked_by int not null references app_user,
  asked_at timestamptz not null default now(),
  answered_by int references app_user,
  answered_at timestamptz,
  granted boolean,
  reason text,                                -- of the answer
  constraint uq_release_permission unique (referral_id, owner_country),
  constraint ck_release_permission_answer check ((granted is null) = (answered_at is null))
);
create index ix_release_permission_owner on release_permission (operation_id, owner_country);
alter table release_permission enable row level security;
create policy worker_all on release_permission to concord_worker using (true) with check (true);
create policy keys on release_permission for select to concord_app using (locks && (select my_keys()));
create policy owner on release_permission for update to concord_app
  using (locks && (select my_keys()) and owner_country = (select a.country from agency a where a.id = my_agency()))
  with check (owner_country = (select a.country from agency a where a.id = my_agency()));
grant select on release_permission to concord_app;
grant update (answered_by, answered_at, granted, reason) on release_permission to concord_app;
grant select, insert, update on release_permission to concord_worker;

drop function hands_missing, referral_owner;
create function referral_owner(p_referral uuid) returns table (country text, locks int[], exhibits uuid[], entries uuid[])
  language sql stable security definer set search_path = public
  -- The countries without whose hand this referral may not leave, each with the compartments that it is about: of every copy with a
  -- code, of an entry's register always, and of every copy where the operation's own code or TLP forbids passing on.
  as $$ select c.country, array_agg(distinct c.compartment_id),
          coalesce(array_agg(distinct c.exhibit_id) filter (where c.exhibit_id is not null), '{}'),
          coalesce(array_agg(distinct c.register_entry_id) filter (where c.register_entry_id is not null), '{}')
        from referral r join operation o on o.id = r.operation_id cross join lateral leaving_copy(r.lead_id, r.from_agency_id) c
        where r.id = p_referral and (c.handling_code <> 'H0' or c.register_entry_id is not null
          or o.handling_code in ('H2', 'H3') or o.tlp in ('RED', 'AMBER+STRICT'))
        group by c.country $$;

create function hands_missing(p_referral uuid, p_hand text) returns text[]
  language sql stable security definer set search_path = public
  -- The countries whose hand is missing if somebody of the country p_hand signs: they neither drafted nor permitted it. '' stands for
  -- an owner whom the caller may not know.
  as $$ select coalesce(array_agg(distinct case when w.locks && my_keys() then w.country else '' end), '{}')
        from referral r cross join lateral referral_owner(r.id) w
        where r.id = p_referral and r.locks && my_keys() and w.country not in (r.from_country, p_hand)
          and not exists (select 1 from release_permission p where p.referral_id = r.id and p.owner_country = w.country and p.granted) $$;

create function ask_owners(p_referral uuid) returns table (id uuid, locks int[])
  language sql volatile security definer set search_path = public
  -- Asks every owner of a draft who has not been asked, but for the drafter's own country; answers the new requests.
  as $$ insert into release_permission (operation_id, referral_id, owner_country, locks, exhibits, entries, from_agency_id, to_agency_id, asked_by)
        select r.operation_id, r.id, w.country, w.locks, w.exhibits, w.entries, r.from_agency_id, r.to_agency_id, my_id()
        from referral r cross join lateral referral_owner(r.id) w
        where r.id = p_referral and r.state = 'drafted' and r.locks && my_keys() and w.country <> r.from_country
        on conflict (referral_id, owner_country) do nothing
        returning release_permission.id, release_permission.locks $$;

create function permission_is_open(p_permission uuid) returns boolean
  language sql stable security definer set search_path = public
  -- Whether the owner can still answer, or answer otherwise: the draft has not been sent, nobody has approved upon the answer, and
  -- the owner's own country has not approved it.
  as $$ select exists (select 1 from release_permission p join referral r on r.id = p.referral_id
          where p.id = p_permission and p.locks && my_keys() and r.state = 'drafted' and r.package_state <> 'failed'
            and (r.approved_by is null or p.answered_at is null and p.owner_country <>
              (select a.country from app_user u join agency a on a.id = u.agency_id where u.id = r.approved_by))) $$;

create or replace function referral_side_code(p_referral uuid) returns table (side int, handling_code text)
  language sql stable security definer set search_path = public
  -- The code with which each side leaves: of the copies that are open to the sender or whose country signed or permitted it, and at
  -- least the operation's.
  as $$ select c.side, greatest(max(o.handling_code), max(c.handling_code) filter (where c.is_open
            or c.country = (select a.country from app_user u join agency a on a.id = u.agency_id where u.id = r.approved_by)
            or exists (select 1 from release_permission p where p.referral_id = r.id and p.owner_country = c.country and p.granted)))
        from referral r join operation o on o.id = r.operation_id cross join lateral leaving_copy(r.lead_id, r.from_agency_id) c
        where r.id = p_referral group by c.side, r.id, r.approved_by $$;

revoke execute on function referral_owner, hands_missing, ask_owners, permission_is_open from public;
grant execute on function hands_missing, ask_owners, permission_is_open to concord_app, concord_worker;
