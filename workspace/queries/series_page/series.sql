-- A series by its number, with whose it is and who holds it.
select s.id, s.operation_id, s.number, s.label, s.external_reference, s.was_prepared, s.created_at, s.priority, s.recency, s.triage, k.id as column_id,
  k.name as column_name, s.country_determined, s.country_grounds, s.determined_by as determined_by_id, d.name as determined_by,
  s.confirmed_at is not null as is_confirmed, b.name as confirmed_by, s.region_code as region, coalesce(g.name, s.region_code) as region_name,
  s.region_by as region_by_id, rd.name as region_by, rb.name as region_confirmed_by, s.region_confirmed_by is not null as is_region_confirmed, c.country as owner, c.agency_id = (select my_agency()) as is_own, c.sharing,
  m.number as merged_into,
  case when s.lease_until > now() then s.lease_until end as lease_until, s.claim_token,
  h.id as holder_id, h.name as holder, h.country as holder_country, played_by(s.operation_id, h.id) as holder_played_by
from series s join compartment_with_agency c on c.id = s.compartment_id
left join series m on s.merged_into is not null and m.id = root_of_series(s.id)
left join series_column k on k.id = s.column_id and k.removed_at is null
left join region g on g.code = s.region_code left join app_user rd on rd.id = s.region_by left join app_user rb on rb.id = s.region_confirmed_by
left join app_user d on d.id = s.determined_by left join app_user b on b.id = s.confirmed_by
left join user_with_country h on h.id = s.holder_id and s.lease_until > now()
where s.operation_id = :operation and s.number = :number
