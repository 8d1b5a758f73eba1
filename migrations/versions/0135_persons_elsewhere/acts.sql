-- An act may stand between faces of two materials of one agency, which are opened separately: who has both keys sees it.
alter table person_act add column other_compartment_id int references compartment;  -- of the other face, where it is not that of the first
alter table person_act add constraint ck_person_act_across
  check (other_compartment_id is null or other_compartment_id <> compartment_id and faces = '{}');
create index ix_person_act_other_compartment on person_act (other_compartment_id) where other_compartment_id is not null;
update governed set free = free || '{other_compartment_id}' where name = 'person_act';
select govern('person_act');
select seal_all('person_act');
select bind_all();
create policy both_keys on person_act as restrictive to concord_app
  using (other_compartment_id is null or other_compartment_id = any ((select my_keys())::int[]))
  with check (other_compartment_id is null or own_material(other_compartment_id));
