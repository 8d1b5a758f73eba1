-- Victims and offenders by the stages that they reached; each person counts once. Children who are safe and not depicted never
-- join the victims.
with reached as (select * from ledger_reached(:operation, :late)),
probable as (select * from probable_victims(:operation, :late)),
confirmed as (
  select distinct id from reached where kind = 'victim' and is_depicted and stage = 'V4')
select (select count(*) from probable) as victims_probable,
  (select count(*) from confirmed) as victims_confirmed,
  count(distinct id) filter (where kind = 'victim' and is_depicted and stage = 'V5') as victims_safeguarded,
  count(distinct id) filter (where kind = 'victim' and not is_depicted and stage = 'V5') as children_safeguarded,
  count(distinct id) filter (where kind = 'victim' and is_depicted and stage !~ '^[VO][0-9]$') as victims_other_end,
  count(distinct id) filter (where kind = 'offender' and stage ~ '^O[1-5]$') as offenders_probable,
  count(distinct id) filter (where kind = 'offender' and stage ~ '^O[2-5]$') as offenders_identified,
  count(distinct id) filter (where kind = 'offender' and stage = 'O3') as offenders_arrested,
  count(distinct id) filter (where kind = 'offender' and stage = 'O4') as offenders_charged,
  count(distinct id) filter (where kind = 'offender' and stage = 'O5') as offenders_convicted
from reached;
