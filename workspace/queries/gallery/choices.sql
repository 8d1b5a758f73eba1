-- What the viewer can narrow the gallery by: countries, exhibits by their labels, and the countries and regions in which files say that they were taken.
with k as materialized (select gallery_keys(:operation, null) as ids)
select 'country' as what, a.country as value, a.country as label
  from k join compartment c on c.id = any (k.ids) join agency a on a.id = c.agency_id group by a.country
union all
select 'exhibit', e.id::text, e.label from k join exhibit e on e.compartment_id = any (k.ids)
union all
select distinct 'place', coalesce(m.place_country, 'sea'), coalesce(m.place_country, 'sea') from media_item m
  where m.compartment_id = any ((select ids from k)::int[]) and m.latitude is not null and m.register_entry_id is null and m.kind <> 'archive'
union all
select distinct 'place', r.code, r.name from media_item m join region r on r.code = m.place_region
  where m.compartment_id = any ((select ids from k)::int[]) and m.latitude is not null and m.register_entry_id is null and m.kind <> 'archive'
