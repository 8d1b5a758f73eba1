alter table ledger_act enable row level security;
create policy worker_all on ledger_act to concord_worker using (true) with check (true);
-- Whoever sees what it is about sees the act.
create policy entries on ledger_act to concord_app
  using (ledger_id in (select e.id from ledger_entry e) and (other_id is null or other_id in (select e.id from ledger_entry e)))
  with check (ledger_id in (select e.id from ledger_entry e) and (other_id is null or other_id in (select e.id from ledger_entry e)));
create policy within_reach on ledger_act as restrictive to concord_app
  using ((select not exercises_only()) or operation_id = any ((select exercises())::int[]));
grant select, insert on ledger_act to concord_app, concord_worker;
grant update (undone_by, undone_at) on ledger_act to concord_app;
-- Statements and acts are never changed, only taken back; what an entry keeps is folded.
revoke update on outcome, ledger_entry from concord_app;
grant update (revoked_at, revoked_by, revoked_reason) on outcome to concord_app;
revoke execute on function fold_ledger, refold_ledger, refold_changed, refold_moved, ledger_root, ledger_reached,
  probable_victims, ledger_shown, person_root, shown_entry, ledger_of_lead, has_stated from public;
grant execute on function fold_ledger, ledger_root, ledger_reached, probable_victims, ledger_shown to concord_worker;
grant execute on function person_root, shown_entry, ledger_of_lead, has_stated to concord_app, concord_worker;
