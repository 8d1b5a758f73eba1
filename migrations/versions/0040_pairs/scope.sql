-- A request says neither: the owner chooses with the answer.
alter table access_grant add column scope text check (scope in ('pair', 'exhibit'));
update access_grant set scope = 'exhibit' where granted;
alter table access_grant
  add constraint ck_access_grant_scope check ((scope is not null) = coalesce(granted, false)),
  add constraint ck_access_grant_pair check (scope <> 'pair' or lead_id is not null);
grant update (scope) on access_grant to concord_app;

-- An answer may open one lead alone, so that each lead of the same material can be asked for.
drop index uq_access_grant_waiting;
create unique index uq_access_grant_waiting on access_grant (agency_id, compartment_id, lead_id) nulls not distinct where answered_at is null;
create index ix_access_grant_pair on access_grant (agency_id) where scope = 'pair' and ended_at is null;
