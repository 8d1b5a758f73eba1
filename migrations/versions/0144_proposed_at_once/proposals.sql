alter table proposal add column act uuid;       -- the press in which several were made
create index ix_proposal_act on proposal (act) where act is not null;
update governed set free = free || '{act}' where name = 'proposal';
select govern('proposal');
select seal_all('proposal');
select bind_all();
alter table proposal drop constraint ck_proposal_item;
alter table proposal add constraint ck_proposal_item check (case kind when 'grade' then media_item_id is not null
  when 'person_word' then person_id is not null
  when 'series' then num_nonnulls(person_id, media_item_id) = 1 and series_id is not null
  when 'exhibit_fact' then exhibit_id is not null
  else register_entry_id is not null end and num_nonnulls(media_item_id, person_id, exhibit_id, register_entry_id) = 1);
