-- The lines of an exhibit lie on nearly every page of the table: the media of one are read out of the index.
create index ix_received_file_exhibit_media on received_file (exhibit_id, media_item_id) include (compartment_id) where media_item_id is not null;
-- What is to be looked at again, without the wide rows of media; as `medium_to_sweep` asks it.
create index ix_media_item_sweepable on media_item (id) include (operation_id, compartment_id)
  where state = 'read' and kind in ('photo', 'video') and register_entry_id is null and faces_sought and not unseen @> '{known}';
