-- Who played the seat when the row was written; rows that are there take it from the event that recorded them.
alter table comment add column played_by text not null default 'person' check (played_by in ('person', 'partner'));
alter table comment alter column played_by set default my_played_by();
update comment t set played_by = e.played_by from event e
where e.kind = 'comment:added' and e.payload->>'comment' = t.id::text and e.played_by <> 'person';
alter table annotation add column played_by text not null default 'person' check (played_by in ('person', 'partner'));
alter table annotation alter column played_by set default my_played_by();
update annotation t set played_by = e.played_by from event e
where e.kind = 'annotation:added' and e.payload->>'annotation' = t.id::text and e.played_by <> 'person';
alter table jurisdiction_claim add column played_by text not null default 'person' check (played_by in ('person', 'partner'));
alter table jurisdiction_claim alter column played_by set default my_played_by();
-- The event of a ground names no row: it is of the same person, lead, country and ground.
update jurisdiction_claim j set played_by = e.played_by from event e
where e.kind = 'jurisdiction:stated' and e.lead_id = j.lead_id and e.actor_id = j.stated_by
  and e.payload->>'ground' = j.ground and e.payload->>'country' = j.country and e.played_by <> 'person';
alter table access_grant add column played_by text not null default 'person' check (played_by in ('person', 'partner'));
alter table access_grant alter column played_by set default my_played_by();
update access_grant t set played_by = e.played_by from event e
where e.kind = 'access:asked' and e.payload->>'grant' = t.id::text and e.played_by <> 'person';
alter table release_permission add column played_by text not null default 'person' check (played_by in ('person', 'partner'));
alter table release_permission alter column played_by set default my_played_by();
update release_permission t set played_by = e.played_by from event e
where e.kind = 'permission:asked' and e.payload->>'permission' = t.id::text and e.played_by <> 'person';
alter table referral add column played_by text not null default 'person' check (played_by in ('person', 'partner'));
alter table referral alter column played_by set default my_played_by();
update referral t set played_by = e.played_by from event e
where e.kind = 'referral:drafted' and e.payload->>'referral' = t.id::text and e.played_by <> 'person';
alter table face_search add column played_by text not null default 'person' check (played_by in ('person', 'partner'));
alter table face_search alter column played_by set default my_played_by();
update face_search t set played_by = e.played_by from event e
where e.kind = 'search:made' and e.payload->>'search' = t.id::text and e.played_by <> 'person';
alter table referral add column approved_played_by text check (approved_played_by in ('person', 'partner'));
update referral r set approved_played_by = coalesce((
  select e.played_by from event e where e.kind = 'referral:approved' and e.payload->>'referral' = r.id::text order by e.seq desc limit 1), 'person')
where r.approved_by is not null;
