-- A row of a medium is wide, and those of which something is asked lie on nearly every page of the table: the index holds what is asked.
drop index ix_media_item_place;
create index ix_media_item_place on media_item (compartment_id) include (id, sha256, latitude, longitude, place_country)
  where latitude is not null and register_entry_id is null and kind <> 'archive';
create index ix_media_item_made on media_item (compartment_id, camera_make, camera_model)
  where register_entry_id is null and (camera_make is not null or camera_model is not null);
create index ix_media_item_own_camera on media_item (compartment_id, camera_key) include (id, sha256)
  where camera_key is not null and register_entry_id is null;
create index ix_media_item_own_lens on media_item (compartment_id, lens_key) include (id, sha256) where lens_key is not null and register_entry_id is null;
drop index ix_media_item_sha256;
create index ix_media_item_sha256 on media_item (sha256) include (id, operation_id, compartment_id, register_entry_id, kind);
drop index ix_received_file_media;
create index ix_received_file_media on received_file (media_item_id) include (exhibit_id, compartment_id);
create index ix_media_item_content on media_item (id) include (sha256, compartment_id);
