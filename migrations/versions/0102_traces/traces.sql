alter table media_item
  add column clock text constraint ck_media_item_clock   -- rules/clocks.py; null: not read, or read before this was kept
    check (clock in ('plausible', 'missing', 'zeros', 'epoch', 'early', 'future', 'unreadable', 'before_model', 'before_format')),
  add column clock_claim text,        -- a stated time that cannot be true, as the file writes it
  add column lens_make text,
  add column lens_model text,
  add column lens_key text,           -- rules/traces.py: maker, type and serial number; null if they name none
  add column document text,
  add column original_document text,
  add column instance text,
  add column document_key text;       -- rules/traces.py: the first document of which it was made
create index ix_media_item_lens on media_item (operation_id, lens_key) where lens_key is not null;
create index ix_media_item_document on media_item (operation_id, document_key) where document_key is not null;
create or replace view medium_with_owner with (security_invoker = true) as
  -- A medium, whose it is, and the exhibit that it came with first.
  select m.id, m.operation_id, m.compartment_id, m.register_entry_id, m.kind, m.state, m.sha256, m.pdq, m.pdq_quality,
    m.camera_make, m.camera_serial, m.captured_at, m.received_at, m.read_at, c.agency_id, c.country,
    first_exhibit(m.id) as exhibit_id, m.camera_key, m.pdq_turned, m.lens_key, m.document_key
  from media_item m join compartment_with_agency c on c.id = m.compartment_id;

alter table lead drop constraint lead_kind_check;
alter table lead add constraint lead_kind_check 
  check (kind in ('register_match', 'same_face', 'same_file', 'near_copy', 'camera_serial', 'lens_serial', 'document_id', 'clue', 'outside_result'));
