-- A change of another agency's item, as somebody proposes it. what: the word or fact; value: what it should be, as the command takes it.
create table proposal (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the item's
  kind text not null check (kind in ('grade', 'person_word', 'series', 'exhibit_fact', 'entry_end')),
  media_item_id uuid references media_item,
  person_id uuid references person,
  exhibit_id uuid references exhibit,
  register_entry_id uuid references register_entry,
  series_id uuid references series,
  what text not null default '',
  value text not null default '',
  on_day date,                                -- an age: for which it is said; an entry: when the child was found
  reference text not null default '',         -- an entry: the authority's
  words text not null check (words <> ''),    -- the grounds
  proposed_by int not null references app_user,
  agency_id int not null references agency,   -- the proposer's
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  proposed_at timestamptz not null default now(),
  ordinal bigint generated always as identity,
  answer text check (answer in ('accepted', 'declined', 'withdrawn')),
  answered_by int references app_user,
  answered_at timestamptz,
  reason text,                                -- why it was declined
  constraint ck_proposal_item check (case kind when 'grade' then media_item_id is not null when 'person_word' then person_id is not null
    when 'series' then person_id is not null and series_id is not null when 'exhibit_fact' then exhibit_id is not null
    else register_entry_id is not null end and num_nonnulls(media_item_id, person_id, exhibit_id, register_entry_id) = 1),
  constraint ck_proposal_answer check ((answer is null) = (answered_by is null) and (answer is null) = (answered_at is null)
    and (answer is distinct from 'declined' or reason <> ''))
);
create index ix_proposal_compartment on proposal (compartment_id);
create index ix_proposal_medium on proposal (media_item_id) where media_item_id is not null;
create index ix_proposal_person on proposal (person_id) where person_id is not null;
create index ix_proposal_exhibit on proposal (exhibit_id) where exhibit_id is not null;
create index ix_proposal_entry on proposal (register_entry_id) where register_entry_id is not null;
alter table proposal enable row level security;
create policy worker_all on proposal to concord_worker using (true) with check (true);
-- For the agency that proposes and the one that owns, while they open the item.
create policy parties on proposal for select to concord_app using (compartment_id = any ((select my_keys())::int[])
  and (agency_id = (select my_agency()) or compartment_id in (select c.id from compartment c where c.agency_id = (select my_agency()))));
create policy own on proposal for insert to concord_app with check (
  compartment_id = any ((select my_keys())::int[]) and proposed_by = (select my_id()) and agency_id = (select my_agency()) and answer is null
  and not exists (select 1 from compartment c where c.id = proposal.compartment_id and c.agency_id = (select my_agency()))
  and (series_id is null or exists (select 1 from series s where s.id = proposal.series_id and s.operation_id = proposal.operation_id))
  and (exists (select 1 from media_item m where m.id = proposal.media_item_id and m.compartment_id = proposal.compartment_id
         and m.operation_id = proposal.operation_id)
    or exists (select 1 from person p where p.id = proposal.person_id and p.compartment_id = proposal.compartment_id
         and p.operation_id = proposal.operation_id)
    or exists (select 1 from exhibit x where x.id = proposal.exhibit_id and x.compartment_id = proposal.compartment_id
         and x.operation_id = proposal.operation_id)
    or exists (select 1 from register_entry e where e.id = proposal.register_entry_id and e.compartment_id = proposal.compartment_id
         and e.operation_id = proposal.operation_id)));
create policy answered on proposal for update to concord_app using (compartment_id = any ((select my_keys())::int[]))
  with check (answered_by = (select my_id()) and case when answer = 'withdrawn' then agency_id = (select my_agency())
    else exists (select 1 from compartment c where c.id = proposal.compartment_id and c.agency_id = (select my_agency())) end);
grant select, insert on proposal to concord_app;
grant update (answer, answered_by, answered_at, reason) on proposal to concord_app;
grant select, update on proposal to concord_worker;
insert into governed (name, key, operation, fixed, once, free) values
('proposal', '{id}', 'operation_id', '{operation_id,kind,media_item_id,person_id,exhibit_id,register_entry_id,series_id,what,value,on_day,reference,words,proposed_by,agency_id,played_by,proposed_at,ordinal}',
  '{answer,answered_by,answered_at,reason}', '{compartment_id}');
select govern('proposal');
insert into erasable (name, words, author) values ('proposal', '{words}', 'proposed_by');

create function proposals_follow_their_item() returns trigger language plpgsql set search_path = public as $$
-- An item that goes behind another lock takes what was proposed of it along.
begin
  update proposal set compartment_id = new.compartment_id where case tg_table_name when 'media_item' then media_item_id
    when 'person' then person_id else exhibit_id end = new.id;
  return null;
end $$;
create trigger proposals_follow after update of compartment_id on media_item for each row
  when (old.compartment_id <> new.compartment_id) execute function proposals_follow_their_item();
create trigger proposals_follow after update of compartment_id on person for each row
  when (old.compartment_id <> new.compartment_id) execute function proposals_follow_their_item();
create trigger proposals_follow after update of compartment_id on exhibit for each row
  when (old.compartment_id <> new.compartment_id) execute function proposals_follow_their_item();
revoke execute on function proposals_follow_their_item from public;
