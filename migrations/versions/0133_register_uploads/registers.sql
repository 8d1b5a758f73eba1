-- A register and its photos come as one file, which belongs to no exhibit: whole, it waits until its form names it.
alter table half_upload alter column exhibit_id drop not null;
create unique index uq_half_upload_register on half_upload (owner_id, operation_id, md5(path)) where exhibit_id is null and state in ('open', 'whole');
drop index ix_half_upload_over;
create index ix_half_upload_over on half_upload (expires_at) where state <> 'whole' or exhibit_id is null;
-- Nobody but its sender knows of it: what it holds has not been told to the agency yet.
drop policy own on half_upload;
create policy own on half_upload for select to concord_app using (agency_id = (select my_agency()) and case
  when exhibit_id is null then owner_id = (select my_id()) and operation_id = any ((select my_operations())::int[])
  else exists (select 1 from exhibit e where e.id = half_upload.exhibit_id) end);
drop policy own_insert on half_upload;
create policy own_insert on half_upload for insert to concord_app
  with check (owner_id = (select my_id()) and agency_id = (select my_agency()) and state in ('open', 'whole') and received_bytes = 0 and case
    when exhibit_id is null then operation_id = any ((select my_operations())::int[])
    else exists (select 1 from exhibit e join compartment c on c.id = e.compartment_id where e.id = half_upload.exhibit_id
      and e.operation_id = half_upload.operation_id and c.agency_id = (select my_agency())) end);
drop policy own_update on half_upload;
create policy own_update on half_upload for update to concord_app
  using (agency_id = (select my_agency()) and case
    when exhibit_id is null then owner_id = (select my_id()) and operation_id = any ((select my_operations())::int[])
    else exists (select 1 from exhibit e where e.id = half_upload.exhibit_id) end)
  with check (state = 'dropped' or (owner_id = (select my_id()) and state in ('open', 'whole'))
    or (owner_id = (select my_id()) and exhibit_id is null and state = 'taken'));
