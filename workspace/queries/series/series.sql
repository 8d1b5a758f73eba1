-- The series that the viewer may see, with the numbers of their persons: all by number, or the :most that came last (of: how many there are).
select s.id, s.number, s.label, s.external_reference, s.was_prepared, s.country_determined, s.country_grounds,
  s.determined_by as determined_by_id, u.name as determined_by, s.confirmed_at is not null as is_confirmed,
  s.region_code as region, coalesce(g.name, s.region_code) as region_name, s.region_by as region_by_id, s.region_confirmed_by is not null as is_region_confirmed,
  coalesce(p.numbers, '{}') as persons, coalesce(p.own, '{}') as own_persons, s.of
from (
  select s.*, count(*) over ()::int as of from series s where s.operation_id = :operation and s.merged_into is null
  order by case when cast(:most as int) is null then s.number else -s.number end limit :most) s
left join app_user u on u.id = s.determined_by left join region g on g.code = s.region_code
left join lateral (
  select array_agg(p.number order by p.number) as numbers,
    array_agg(p.number order by p.number) filter (where c.agency_id = (select my_agency())) as own
  from person p join compartment c on c.id = p.compartment_id where p.series_id = s.id) p on true
order by case when cast(:most as int) is null then s.number else -s.number end
