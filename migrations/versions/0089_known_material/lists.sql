create table known_list (                     -- a list of hashes that an agency brought in, and what it says of the files that have them
  id uuid primary key default gen_random_uuid(),
  number int generated always as identity unique,  -- narrow, for the hashes
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the agency's: shared with the operation, or its own
  name text not null,
  source text not null,                       -- who keeps the list, and its edition
  meaning text not null check (meaning in ('identified', 'abuse', 'relevant', 'irrelevant')),
  skips boolean not null,                     -- files of the own agency that it names are not read again
  retain_until date,
  brought_by int not null references app_user,
  brought_at timestamptz not null default now(),
  hashes int not null default 0,
  alike int not null default 0,               -- of them PDQ
  removed_at timestamptz,
  removed_by int references app_user
);
create index ix_known_list_operation on known_list (operation_id);

create table known_hash (                     -- narrow: a list may hold half a million
  list_no int not null references known_list (number),
  algorithm smallint not null check (algorithm in (1, 2, 3, 4)),  -- rules.known.ALGORITHMS: MD5, SHA-1, SHA-256, PDQ
  meaning text check (meaning in ('identified', 'abuse', 'relevant', 'irrelevant')),  -- none: the list's
  category int,                               -- the number that the list gives, as it stands there
  digest bytea not null check (length(digest) = case algorithm when 1 then 16 when 2 then 20 else 32 end),
  primary key (algorithm, digest, list_no)
);

create table known_media (                    -- a medium that a list names; computed, and made anew when the list changes
  operation_id int not null references operation,
  media_item_id uuid not null references media_item,
  list_no int not null references known_list (number),
  meaning text not null check (meaning in ('identified', 'abuse', 'relevant', 'irrelevant')),
  category int,
  algorithm smallint not null,
  distance smallint,                          -- of PDQ, in bits of 256
  primary key (media_item_id, list_no)
);
create index ix_known_media_operation on known_media (operation_id);
create index ix_known_media_list on known_media (list_no);

alter table known_list enable row level security;
alter table known_hash enable row level security;
alter table known_media enable row level security;
create policy worker_all on known_list to concord_worker using (true) with check (true);
create policy worker_all on known_hash to concord_worker using (true) with check (true);
create policy worker_all on known_media to concord_worker using (true) with check (true);
create policy keys on known_list for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
create policy own on known_list for insert to concord_app with check (compartment_id = any ((select my_keys())::int[])
  and compartment_id in (select c.id from compartment c where c.agency_id = (select my_agency())));
create policy own_change on known_list for update to concord_app using (compartment_id = any ((select my_keys())::int[])
  and compartment_id in (select c.id from compartment c where c.agency_id = (select my_agency())));
create policy lists on known_hash for select to concord_app using (list_no in (select l.number from known_list l));
create policy own on known_hash for insert to concord_app with check (list_no in (
  select l.number from known_list l join compartment c on c.id = l.compartment_id where c.agency_id = (select my_agency())));
-- That a file stands on a list is for who opens both: an owner of a list does not learn what another agency holds closed, and whoever
-- holds a file does not learn of a list that is not shared.
create policy keys on known_media to concord_app
  using (list_no in (select l.number from known_list l) and exists (select 1 from media_item m where m.id = media_item_id))
  with check (list_no in (select l.number from known_list l) and exists (select 1 from media_item m where m.id = media_item_id));
grant select, insert on known_list, known_hash, known_media to concord_app;
grant update (source, meaning, skips, retain_until, brought_by, brought_at, hashes, alike, removed_at, removed_by) on known_list to concord_app;
grant select, insert, update on known_list to concord_worker;
grant select, insert, delete on known_hash, known_media to concord_worker;

insert into governed (name, key, operation, fixed, once, free) values
('known_list', '{id}', 'operation_id', '{number,operation_id,compartment_id,name}', '{removed_at,removed_by}',
  '{source,meaning,skips,retain_until,brought_by,brought_at}');
select govern('known_list');

alter table media_item drop constraint ck_media_item_unseen;
alter table media_item add constraint ck_media_item_unseen  -- analysis.sandbox.limits.UNSEEN, and a known file that was not read
  check (unseen <@ '{end,damaged,moments,tracks,pictures,video,members,known}'::text[]);

alter table register_import
  add column what text not null default 'register' check (what in ('register', 'known_list')),
  add column meaning text check (meaning in ('identified', 'abuse', 'relevant', 'irrelevant')),
  add column skips boolean not null default false,
  add column retain_until date,
  add column list_id uuid references known_list;
