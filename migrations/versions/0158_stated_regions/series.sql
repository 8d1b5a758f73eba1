alter table series_act add column region_code text  -- ISO 3166-2, of its country; a file of regions that is imported anew changes no act
  constraint ck_series_act_region check (region_code ~ '^[A-Z]{2}-[A-Z0-9]{1,3}$' and left(region_code, 2) = country);
alter table series add column region_code text, add column region_by int references app_user,
  add column region_confirmed_by int references app_user;       -- kept by `write_fold_of_series`
update governed set fixed = fixed || '{region_code}' where name = 'series_act';
select govern('series_act');
select seal_all('series_act');
select bind_all();
create policy no_region_yet on series as restrictive for insert to concord_app
  with check (num_nonnulls(region_code, region_by, region_confirmed_by) = 0);

create function series_acts_in_force(p_operation int) returns setof series_act language sql stable
-- What stands of the likely country of each series: the acts for the country that was determined last, since another one was. A series that
-- took others over keeps what was said of itself; where nobody determined a country for it, what was said of the others counts for it too.
as $$
  with stands as (select * from series_act where operation_id = p_operation and undone_at is null),
  act as (
    select a.* from stands a union all
    select a.id, a.operation_id, a.compartment_id, r.root, a.what, a.country, a.grounds, a.said_by, a.said_at, a.ordinal, a.undone_by, a.undone_at,
      a.region_code
    from stands a join series_roots(p_operation) r on r.id = a.series_id and r.root <> r.id
    where not exists (select 1 from stands o where o.series_id = r.root and o.what = 'determined')),
  now as (select distinct on (series_id) series_id, country from act where what = 'determined' order by series_id, ordinal desc)
  select a.* from act a join now n using (series_id, country)
  where a.ordinal > coalesce((select max(o.ordinal) from act o where o.series_id = a.series_id and o.what = 'determined'
                                and o.country <> a.country), 0) $$;

create or replace function fold_series(p_operation int)
  returns table (id uuid, country text, grounds text, determined_by int, confirmed_by int, confirmed_at timestamptz) language sql stable
-- The likely country of each series, with all grounds. It is confirmed by the first who confirmed it and is not the only one who determined
-- it: whoever determines the same country again adds grounds and takes nothing away.
as $$
  with mine as (select * from series_acts_in_force(p_operation)),
  second as (select distinct on (m.series_id) m.series_id, m.said_by, m.said_at from mine m
             where m.what = 'confirmed' and exists (select 1 from mine d where d.series_id = m.series_id and d.what = 'determined'
                                                      and d.said_by <> m.said_by)
             order by m.series_id, m.ordinal),
  first as (select distinct on (m.series_id) m.series_id, m.country, m.said_by from mine m left join second s using (series_id)
            where m.what = 'determined' and m.said_by is distinct from s.said_by order by m.series_id, m.ordinal),
  said as (select g.series_id, string_agg(g.grounds, ' · ' order by g.ordinal) as grounds
           from (select series_id, grounds, min(ordinal) as ordinal from mine where what = 'determined' group by 1, 2) g group by 1)
  select s.id, f.country, g.grounds, f.said_by, c.said_by, c.said_at
  from series s left join said g on g.series_id = s.id left join first f on f.series_id = s.id
  left join second c on c.series_id = s.id where s.operation_id = p_operation $$;

create function fold_series_regions(p_operation int) returns table (id uuid, region_code text, region_by int, confirmed_by int) language sql stable
-- The region of the likely country of each series that was determined last; confirmed as the country is, by who named the region.
as $$
  with mine as (select * from series_acts_in_force(p_operation) where region_code is not null),
  now as (select distinct on (series_id) series_id, region_code from mine where what = 'determined' order by series_id, ordinal desc),
  same as (select m.* from mine m join now n using (series_id, region_code)
           where m.ordinal > coalesce((select max(o.ordinal) from mine o where o.series_id = m.series_id and o.what = 'determined'
                                         and o.region_code <> m.region_code), 0)),
  second as (select distinct on (m.series_id) m.series_id, m.said_by from same m
             where m.what = 'confirmed' and exists (select 1 from same d where d.series_id = m.series_id and d.what = 'determined'
                                                      and d.said_by <> m.said_by)
             order by m.series_id, m.ordinal),
  first as (select distinct on (m.series_id) m.series_id, m.region_code, m.said_by from same m left join second s using (series_id)
            where m.what = 'determined' and m.said_by is distinct from s.said_by order by m.series_id, m.ordinal)
  select s.id, f.region_code, f.said_by, c.said_by
  from series s left join first f on f.series_id = s.id left join second c on c.series_id = s.id where s.operation_id = p_operation $$;
revoke execute on function series_acts_in_force, fold_series_regions from public;
grant execute on function series_acts_in_force, fold_series_regions to concord_worker;

create or replace function write_fold_of_series(p_operation int) returns void language sql as $$
-- Bring what series keep of their likely countries and regions up to date, where it differs.
  update series s set country_determined = f.country, country_grounds = f.grounds, determined_by = f.determined_by,
    confirmed_by = f.confirmed_by, confirmed_at = f.confirmed_at, region_code = r.region_code, region_by = r.region_by,
    region_confirmed_by = r.confirmed_by
  from fold_series(p_operation) f join fold_series_regions(p_operation) r using (id) where f.id = s.id
    and (s.country_determined, s.country_grounds, s.determined_by, s.confirmed_by, s.confirmed_at, s.region_code, s.region_by,
         s.region_confirmed_by)
      is distinct from (f.country, f.grounds, f.determined_by, f.confirmed_by, f.confirmed_at, r.region_code, r.region_by, r.confirmed_by) $$;
