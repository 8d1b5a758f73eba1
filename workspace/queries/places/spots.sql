-- Where media were taken, to a tenth of a degree: how many different contents, in which country and region, and who holds them. is_leaving: false for
-- those that stay because their owner's code forbids to pass them on. code: the strictest of these. Of a series or person also, in a line without a
-- place, those that state none. What a whole operation holds is not read: only what states a place.
with chosen as materialized (  -- of one series or person: nothing else is read then
  select g.media_item_id as id from series s cross join lateral media_of_series(s.id) g where s.operation_id = :operation and s.number = :series
  union all
  select f.media_item_id from person p join face f on f.person_id = p.id
  where cast(:series as int) is null and p.operation_id = :operation and p.number = :person),
asked as (
  select m.* from media_item m where cast(:series as int) is null and cast(:person as int) is null
  union all select m.* from (select distinct c.id from chosen c) c
    cross join lateral (select * from media_item m where m.id = c.id offset 0) m),  -- each by its id, however few the planner takes all media for
content as not materialized (  -- copies of one content state one place; one walk alone where nothing leaves
  select m.sha256, max(m.latitude) as latitude, max(m.longitude) as longitude, max(m.place_country) as country, max(m.place_region) as region,
    array_agg(a.country) as owners
  from asked m join compartment c on c.id = m.compartment_id join agency a on a.id = c.agency_id
  where m.compartment_id = any ((select gallery_keys(:operation, null))::int[]) and m.register_entry_id is null and m.kind <> 'archive'
    and (m.latitude is not null or cast(:series as int) is not null or cast(:person as int) is not null)
    and (cast(:person as int) is null or m.id in (
      select f.media_item_id from person p join face f on f.person_id = p.id
      where p.operation_id = :operation and p.number = :person))
  group by m.sha256),
leaving as materialized (  -- the strictest code of all copies of a content that the viewer may see; asked where it would leave
  select d.sha256, greatest(max(x.handling_code), max(g.handling_code)) as code,
    bool_or(d.compartment_id in (select w.id from compartment w where w.agency_id = (select my_agency()))) as is_own
  from content k join media_item d on d.sha256 = k.sha256 and d.operation_id = :operation
  left join received_file f on f.media_item_id = d.id left join exhibit x on x.id = f.exhibit_id
  left join register_entry n on n.id = d.register_entry_id left join register g on g.id = n.register_id
  where cast(:leaving as boolean) group by d.sha256),
spot as (
  select round(k.latitude * 10)::int as latitude, round(k.longitude * 10)::int as longitude, k.country, k.region, k.owners,
    l.is_own is distinct from false or greatest(o.handling_code, l.code) not in ('H2', 'H3') as is_leaving,
    count(*)::int as media, max(greatest(o.handling_code, l.code)) as code
  from content k join operation o on o.id = :operation left join leaving l on l.sha256 = k.sha256
  group by 1, 2, 3, 4, 5, 6)
select s.latitude, s.longitude, s.country, s.region, r.name as region_name, s.country in (select country from region) as has_regions,
  s.owners, s.is_leaving, s.media, s.code
from spot s left join region r on r.code = s.region
