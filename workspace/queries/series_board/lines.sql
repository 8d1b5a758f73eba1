-- The series that the viewer may see, narrowed, in the column where each stands, the most urgent first; a part of each column, with how
-- many stand in it (of). What somebody holds is in work; a column that was removed is none.
with found as (
  select s.id, s.number, s.label, s.priority, s.recency, s.external_reference, s.was_prepared, s.created_at, s.country_determined,
    s.confirmed_at is not null as is_confirmed, s.region_code, s.region_confirmed_by is not null as is_region_confirmed, s.determined_by, s.compartment_id, s.operation_id,
    case when s.lease_until > now() then s.holder_id end as holder_id, case when s.lease_until > now() then s.lease_until end as lease_until,
    case when s.lease_until > now() then 'in_work' when s.triage <> 'own' then s.triage
      else coalesce((select k.id::text from series_column k where k.id = s.column_id and k.removed_at is null), 'to_do') end as "column"
  from series s
  where s.operation_id = :operation and s.merged_into is null
    and (cast(:country as text) is null or s.country_determined = :country)
    and (cast(:owner as text) is null or exists (
      select 1 from compartment_with_agency c where c.id = s.compartment_id and c.country = :owner))
    and (cast(:recency as text) is null or coalesce(s.recency, 'not_stated') = :recency)
    and (not :wants_second or s.country_determined is not null and s.confirmed_at is null and s.determined_by <> my_id()
      or s.region_code is not null and s.region_confirmed_by is null and s.region_by <> my_id())
    and (not :mine or s.holder_id = my_id() and s.lease_until > now())),
placed as (
  select f.*, row_number() over (partition by f."column" order by f.priority, f.number) as place, count(*) over (partition by f."column")::int as of
  from found f)
select p.id, p.number, p.label, p.priority, p.recency, p.external_reference, p.was_prepared, p.created_at, p.country_determined, p.is_confirmed,
  coalesce(g.name, p.region_code) as region_name, p.is_region_confirmed,
  p."column", p.lease_until, c.country as owner, h.id as holder_id, h.name as holder, h.country as holder_country,
  played_by(p.operation_id, h.id) as holder_played_by, coalesce(n.persons, 0)::int as persons, coalesce(n.media, 0)::int as media,
  (select count(distinct e.lead_id)::int from person q
   join lead_evidence e on e.person_id = case when q.merged_into is null then q.id else root_of_person(q.id) end
   where q.series_id = p.id) as leads, p.of
from placed p join compartment_with_agency c on c.id = p.compartment_id left join user_with_country h on h.id = p.holder_id
left join region g on g.code = p.region_code
left join lateral (
  select (select count(*) from person q where q.series_id = p.id and q.merged_into is null) as persons,
    (select count(*) from media_of_series(p.id) g join media_item m on m.id = g.media_item_id) as media) n on true
where case when cast(:column as text) is null then p.place <= :most
  else p."column" = :column and p.place > :after and p.place <= :after + :most end
order by p."column", p.place
