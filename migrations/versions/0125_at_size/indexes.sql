-- The portraits of an entry, what the record says of an exhibit, and the leads whose sides lie on it.
create index ix_media_item_register_entry on media_item (register_entry_id) where register_entry_id is not null;
create index ix_event_exhibit on event (operation_id, (payload->>'exhibit'), seq) where payload ? 'exhibit';
create index ix_lead_evidence_exhibit on lead_evidence (exhibit_id) where exhibit_id is not null;
