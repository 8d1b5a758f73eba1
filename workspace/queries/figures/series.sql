-- The series and how far each came: shown by a claimed lead, its country determined, information sent, a victim probable, a
-- victim confirmed. One that was merged into another counts with it. Worked is also what somebody claimed, or put aside as done or left over.
with reached as (select * from ledger_reached(:operation, :late)),
probable as (select * from probable_victims(:operation, :late)),
confirmed as (
  select distinct id from reached where kind = 'victim' and is_depicted and stage = 'V4'),
shown as (
  select distinct p.series_id, e.lead_id from person p join person_root(:operation) r on r.id = p.id join lead_evidence e on e.person_id = r.root
  where p.operation_id = :operation and p.series_id is not null and found_in_window(e.lead_id, :late)),
victim as (
  select distinct p.series_id, s.root from person p join person_root(:operation) r on r.id = p.id join ledger_shown(:operation, :late) s on s.person_id = r.root
  where p.operation_id = :operation and p.series_id is not null)
select (select count(*) from series where operation_id = :operation and was_prepared and merged_into is null) as series_prepared,
  (select count(*) from series where operation_id = :operation and not was_prepared and merged_into is null) as series_added,
  0 as series_all,  -- the caller adds
  (select count(distinct id) from (
     select s.series_id as id from shown s where exists (select 1 from event e where e.lead_id = s.lead_id and e.kind = 'lead:claimed')
     union select r.root from series s join series_roots(:operation) r on r.id = s.id
       where s.claim_token > 0 or s.triage in ('done', 'left_over')) w) as series_worked,
  0 as series_left,  -- the caller subtracts
  (select count(*) from series s where s.operation_id = :operation and s.merged_into is null and (s.confirmed_at is not null or exists (
     select 1 from victim v join reached r on r.id = v.root where v.series_id = s.id and r.stage = 'V1'))) as series_country,
  (select count(*) from series where operation_id = :operation and merged_into is null and confirmed_at is not null and region_confirmed_by is not null)
    as series_region,
  (select count(distinct s.series_id) from shown s
     where exists (select 1 from referral r where r.lead_id = s.lead_id and r.sent_at is not null)) as series_information,
  (select count(distinct series_id) from victim where root in (select id from probable)) as series_probable,
  (select count(distinct series_id) from victim where root in (select id from confirmed)) as series_confirmed;
