-- What the viewer can narrow the gallery by: countries and exhibits by their labels.
with k as materialized (select gallery_keys(:operation, null) as ids)
select 'country' as what, a.country as value, a.country as label
  from k join compartment c on c.id = any (k.ids) join agency a on a.id = c.agency_id group by a.country
union all
select 'exhibit', e.id::text, e.label from k join exhibit e on e.compartment_id = any (k.ids)
