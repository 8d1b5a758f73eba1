create function fold_series(p_operation int)
  returns table (id uuid, country text, grounds text, determined_by int, confirmed_by int, confirmed_at timestamptz) language sql stable
-- The likely country of each series, out of the acts that were not taken back: the last one that was determined, with all grounds that were
-- given since another one was. It is confirmed by the first who confirmed it since and is not the only one who determined it: whoever
-- determines the same country again adds grounds and takes nothing away.
as $$
  with act as (select * from series_act where operation_id = p_operation and undone_at is null),
  now as (select distinct on (series_id) series_id, country from act where what = 'determined' order by series_id, ordinal desc),
  mine as (select a.* from act a join now n using (series_id, country)
           where a.ordinal > coalesce((select max(o.ordinal) from act o where o.series_id = a.series_id and o.what = 'determined'
                                         and o.country <> a.country), 0)),
  second as (select distinct on (m.series_id) m.series_id, m.said_by, m.said_at from mine m
             where m.what = 'confirmed' and exists (select 1 from mine d where d.series_id = m.series_id and d.what = 'determined'
                                                      and d.said_by <> m.said_by)
             order by m.series_id, m.ordinal),
  first as (select distinct on (m.series_id) m.series_id, m.said_by from mine m left join second s using (series_id)
            where m.what = 'determined' and m.said_by is distinct from s.said_by order by m.series_id, m.ordinal),
  said as (select g.series_id, string_agg(g.grounds, ' · ' order by g.ordinal) as grounds
           from (select series_id, grounds, min(ordinal) as ordinal from mine where what = 'determined' group by 1, 2) g group by 1)
  select s.id, n.country, g.grounds, f.said_by, c.said_by, c.said_at
  from series s left join now n on n.series_id = s.id left join said g on g.series_id = s.id left join first f on f.series_id = s.id
  left join second c on c.series_id = s.id where s.operation_id = p_operation $$;

create function refold_series() returns trigger language plpgsql security definer set search_path = public as $$
-- Bring what series keep of the fold up to date. Each is held first, so that two acts that meet see each other.
declare v_operation int;
begin
  for v_operation in select distinct operation_id from changed order by 1 loop
    perform hold('series', array(select distinct series_id::text from changed where operation_id = v_operation));
    update series s set country_determined = f.country, country_grounds = f.grounds, determined_by = f.determined_by,
      confirmed_by = f.confirmed_by, confirmed_at = f.confirmed_at
    from fold_series(v_operation) f where f.id = s.id and s.id in (select series_id from changed);
  end loop;
  return null;
end $$;
create trigger refold_after_insert after insert on series_act referencing new table as changed for each statement execute function refold_series();
create trigger refold_after_update after update on series_act referencing new table as changed for each statement execute function refold_series();
revoke execute on function fold_series, refold_series from public;
grant execute on function fold_series to concord_worker;
