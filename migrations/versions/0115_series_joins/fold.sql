create function series_roots(p_operation int) returns table (id uuid, root uuid) language sql stable
-- Each series of an operation with the one that it is part of now; itself where nobody merged it.
as $$
  with recursive part as (
    select s.id, s.id as root from series s where s.operation_id = p_operation and s.merged_into is null
    union all select s.id, p.root from series s join part p on s.merged_into = p.id)
  select id, root from part $$;

create or replace function fold_series(p_operation int)
  returns table (id uuid, country text, grounds text, determined_by int, confirmed_by int, confirmed_at timestamptz) language sql stable
-- The likely country of each series, out of the acts that were not taken back: the last one that was determined, with all grounds that were
-- given since another one was. It is confirmed by the first who confirmed it since and is not the only one who determined it: whoever
-- determines the same country again adds grounds and takes nothing away. A series that took others over keeps what was said of itself; where
-- nobody determined a country for it, what was said of the others counts for it too.
as $$
  with stands as (select * from series_act where operation_id = p_operation and undone_at is null),
  act as (
    select a.* from stands a union all
    select a.id, a.operation_id, a.compartment_id, r.root, a.what, a.country, a.grounds, a.said_by, a.said_at, a.ordinal, a.undone_by, a.undone_at
    from stands a join series_roots(p_operation) r on r.id = a.series_id and r.root <> r.id
    where not exists (select 1 from stands o where o.series_id = r.root and o.what = 'determined')),
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

create function write_fold_of_series(p_operation int) returns void language sql as $$
-- Bring what series keep of their likely countries up to date, where it differs.
  update series s set country_determined = f.country, country_grounds = f.grounds, determined_by = f.determined_by,
    confirmed_by = f.confirmed_by, confirmed_at = f.confirmed_at
  from fold_series(p_operation) f where f.id = s.id
    and (s.country_determined, s.country_grounds, s.determined_by, s.confirmed_by, s.confirmed_at)
      is distinct from (f.country, f.grounds, f.determined_by, f.confirmed_by, f.confirmed_at) $$;

create or replace function refold_series() returns trigger language plpgsql security definer set search_path = public as $$
-- Bring what series keep of the fold up to date. Each is held first, so that two acts that meet see each other; with those that took them over.
declare v_operation int;
begin
  for v_operation in select distinct operation_id from changed order by 1 loop
    perform hold('series', array(select distinct x::text from changed c join series_roots(v_operation) r on r.id = c.series_id,
                                   unnest(array[r.id, r.root]) x where c.operation_id = v_operation));
    perform write_fold_of_series(v_operation);
  end loop;
  return null;
end $$;

create function place_persons_by_fold(p_operation int, p_persons uuid[]) returns void language sql as $$
-- Give these persons to the series where they were placed last, as far as it stands, or to the one that took it over.
  update person p set series_id = f.series_id from (
    select q.id, r.root as series_id from person q
    left join lateral (select l.id, l.series_id from series_placement l where l.person_id = q.id and l.undone_at is null order by l.ordinal desc limit 1) l on true
    left join series_roots(p_operation) r on r.id = case when l.id is null then q.series_before else l.series_id end
    where q.id = any (p_persons)) f
  where f.id = p.id and p.series_id is distinct from f.series_id $$;

create function refold_placements() returns trigger language plpgsql security definer set search_path = public as $$
declare v_operation int;
begin
  for v_operation in select distinct operation_id from changed order by 1 loop
    perform place_persons_by_fold(v_operation, array(select c.person_id from changed c where c.operation_id = v_operation));
  end loop;
  return null;
end $$;
create trigger refold_after_insert after insert on series_placement referencing new table as changed for each statement execute function refold_placements();
create trigger refold_after_update after update on series_placement referencing new table as changed for each statement execute function refold_placements();

create function refold_joins() returns trigger language plpgsql security definer set search_path = public as $$
-- A series is part of the one into which it was merged, or off which a split was taken back; its persons and its country follow.
declare v_operation int; v_series uuid[];
begin
  for v_operation in select distinct operation_id from changed order by 1 loop
    v_series := array(select c.series_id from changed c where c.operation_id = v_operation);
    update series s set merged_into = (
        select j.into_id from series_join j where j.series_id = s.id and (j.what = 'merged') = (j.undone_at is null) order by j.ordinal desc limit 1)
      where s.id = any (v_series);
    perform place_persons_by_fold(v_operation, array(
      select p.id from person p where p.operation_id = v_operation
        and (p.series_id is not null or p.series_before is not null or exists (select 1 from series_placement l where l.person_id = p.id))));
    perform write_fold_of_series(v_operation);
  end loop;
  return null;
end $$;
create trigger refold_after_insert after insert on series_join referencing new table as changed for each statement execute function refold_joins();
create trigger refold_after_update after update on series_join referencing new table as changed for each statement execute function refold_joins();
revoke execute on function series_roots, write_fold_of_series, place_persons_by_fold, refold_placements, refold_joins from public;
grant execute on function series_roots to concord_app, concord_worker;
