-- What is sent as one file and waits until its form names it: a register, a list of known material, or a case file. Null: a file of an exhibit,
-- or, without one, a register from before.
alter table half_upload add column packed text check (packed in ('register', 'known', 'case'));
alter table half_upload add constraint packed_without_exhibit check (packed is null or exhibit_id is null);
