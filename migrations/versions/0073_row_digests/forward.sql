create function bind_all() returns void language plpgsql set search_path = public as $$
-- Record the rows that this write has sealed, by one event per chain, as the installation's own user (or, where none acts yet, its first). For migrations.
declare v_chain int;
begin
  perform set_config('app.user_id', coalesce((select min(id) from app_user where is_service), (select min(id) from app_user))::text, true);
  for v_chain in select operation_id from open_act where xact = pg_current_xact_id()::text::bigint order by operation_id loop
    perform append_events(v_chain, '[{"kind": "rows:bound", "lead_id": null, "locks": [], "payload": {}}]');
  end loop;
  perform set_config('app.user_id', '', true);
end $$;
revoke execute on function bind_all from public;
select seal_all(name) from governed;
select bind_all();
