-- What was watched of a video is recorded every few seconds and changes no screen: it wakes none.
do $$ declare v_body text := pg_get_functiondef('append_events(int, jsonb, text, text[], boolean)'::regprocedure);
  v_quiet text := replace(v_body, 'perform pg_notify(''concord'', p_operation || '':'' || v_seq);',
    'if exists (select 1 from jsonb_array_elements(p_events) e where e->>''kind'' <> ''media:watched'') then
    perform pg_notify(''concord'', p_operation || '':'' || v_seq);
  end if;');
begin
  if v_quiet = v_body then raise exception 'append_events wakes screens in another way'; end if;
  execute v_quiet;
end $$;
