-- The regions of countries in which media were taken, as their files say, of countries that have regions.
with chosen as materialized (  -- of one series or person: nothing else is read then
  select g.media_item_id as id from series s cross join lateral media_of_series(s.id) g where s.operation_id = :operation and s.number = :series
  union all
  select f.media_item_id from person p join face f on f.person_id = p.id
  where cast(:series as int) is null and p.operation_id = :operation and p.number = :person),
asked as (
  select m.* from media_item m where cast(:series as int) is null and cast(:person as int) is null
  union all select m.* from media_item m where m.id in (select c.id from chosen c)),
media as materialized (
  select m.sha256, m.latitude, m.longitude, m.place_country, m.place_region, a.country as owner,
    cast(:leaving as boolean) and c.agency_id <> (select my_agency()) and greatest(o.handling_code, (select max(e.handling_code) from received_file f join exhibit e on e.id = f.exhibit_id
      where f.media_item_id = m.id)) in ('H2', 'H3') as stays
  from asked m join compartment c on c.id = m.compartment_id join agency a on a.id = c.agency_id join operation o on o.id = :operation
  where m.compartment_id = any ((select gallery_keys(:operation, null))::int[]) and m.register_entry_id is null and m.kind <> 'archive'
    and m.latitude is not null
    and (cast(:person as int) is null or m.id in (
      select f.media_item_id from person p join face f on f.person_id = p.id
      where p.operation_id = :operation and p.number = :person)))
select place_country as country, place_region as region, r.name, count(distinct sha256)::int as media
from media left join region r on r.code = place_region where not stays and place_country in (select country from region)
group by place_country, place_region, r.name order by count(distinct sha256) desc, place_region nulls last
