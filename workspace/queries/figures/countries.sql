-- Victims by country. A victim counts for every country whose material shows it and whose authorities stated something of it.
with reached as (select * from ledger_reached(:operation, :late)),
probable as (select * from probable_victims(:operation, :late)),
shown as (
  select distinct s.root as id, s.country from ledger_shown(:operation, :late) s where s.root in (select id from probable)),
victim as (select * from reached where kind = 'victim' and is_depicted),
part as (
  select country from participation where operation_id = :operation union select country from shown
  union select stated_by from victim where stage in ('V4', 'V5')
  union select country_determined from series where operation_id = :operation and confirmed_at is not null and merged_into is null)
select p.country, (select count(*) from shown s where s.country = p.country)::int as shown,
  (select count(*) from series s where s.operation_id = :operation and s.confirmed_at is not null and s.merged_into is null
     and s.country_determined = p.country)::int as determined,
  (select count(distinct id) from victim v where v.stated_by = p.country and v.stage = 'V4')::int as confirmed,
  (select count(distinct id) from victim v where v.stated_by = p.country and v.stage = 'V5')::int as safeguarded
from part p where p.country is not null order by 1;
