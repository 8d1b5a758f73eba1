-- The number of the transaction that made a face what it is for a comparison: its vector, its recogniser, whether it is poor, and where
-- it lies. Whoever keeps vectors in memory asks for what was changed since the oldest transaction that was open when he last asked.
alter table face add column changed_in bigint not null default pg_current_xact_id()::text::bigint;
create index ix_face_changed on face (operation_id, changed_in);

create function number_change() returns trigger language plpgsql as $$
begin
  new.changed_in := pg_current_xact_id()::text::bigint;
  return new;
end $$;

create trigger number_change before update of embedding, compartment_id, model_digest, quality_word, register_entry_id, changed_in on face
  for each row execute function number_change();

revoke execute on function number_change from public;
