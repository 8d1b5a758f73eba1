alter table original_check add column failed_at timestamptz;
update original_check k set failed_at = now() where checked_at is null and not exists (
  select 1 from job j where j.kind = 'check_originals' and j.subject_id = k.id and j.state in ('waiting', 'running'));
drop index uq_original_check_open;
create unique index uq_original_check_open on original_check (exhibit_id) where checked_at is null and failed_at is null;
drop policy own on original_check;
create policy own on original_check for insert to concord_app
  with check (asked_by = (select my_id()) and checked_at is null and failed_at is null and exists (
    select 1 from exhibit e join compartment c on c.id = e.compartment_id where e.id = exhibit_id and c.agency_id = (select my_agency())));
drop policy keys on original_check;
-- Whether the originals are whole is said to their owner: others see what came, not how it is kept.
create policy owner on original_check for select to concord_app using (exists (
  select 1 from exhibit e join compartment c on c.id = e.compartment_id where e.id = exhibit_id and c.agency_id = (select my_agency())));
