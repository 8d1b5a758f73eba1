-- Where media were taken, rounded to :step degrees, with how many different contents.
with chosen as materialized (  -- of one series or person: nothing else is read then
  select g.media_item_id as id from series s cross join lateral media_of_series(s.id) g where s.operation_id = :operation and s.number = :series
  union all
  select f.media_item_id from person p join face f on f.person_id = p.id
  where cast(:series as int) is null and p.operation_id = :operation and p.number = :person),
asked as (
  select m.* from media_item m where cast(:series as int) is null and cast(:person as int) is null
  union all select m.* from media_item m where m.id in (select c.id from chosen c)),
media as materialized (
  select m.sha256, m.latitude, m.longitude, m.place_country, a.country as owner,
    cast(:leaving as boolean) and c.agency_id <> (select my_agency()) and greatest(o.handling_code, (select max(e.handling_code) from received_file f join exhibit e on e.id = f.exhibit_id
      where f.media_item_id = m.id)) in ('H2', 'H3') as stays
  from asked m join compartment c on c.id = m.compartment_id join agency a on a.id = c.agency_id join operation o on o.id = :operation
  where m.compartment_id = any ((select gallery_keys(:operation, null))::int[]) and m.register_entry_id is null and m.kind <> 'archive'
    and m.latitude is not null
    and (cast(:person as int) is null or m.id in (
      select f.media_item_id from person p join face f on f.person_id = p.id
      where p.operation_id = :operation and p.number = :person)))
select (round(latitude / :step) * :step)::float as latitude, (round(longitude / :step) * :step)::float as longitude, place_country as country,
  count(distinct sha256)::int as media, array_agg(distinct owner order by owner) as owners, count(*) over ()::int as of
from media where not stays
group by round(latitude / :step), round(longitude / :step), place_country
order by count(distinct sha256) desc, round(latitude / :step) desc, round(longitude / :step), place_country
limit :most
