"""The statements from which figures.py counts an edition; each takes :operation and answers figures by their key.

Must stay plain SQL over rows and log, so that whoever doubts a figure can run its statement.
"""

from __future__ import annotations

HEAD = """
select e.operation_id, e.number, e.kind, e.as_of, o.code_name, o.is_exercise, o.handling_code, o.tlp, o.opens_at, o.closes_at,
  o.time_zone, o.suppression_threshold, c.last_seq, c.last_hash, a.country, m.role
from edition e join operation o on o.id = e.operation_id join chain c on c.operation_id = o.id
join app_user u on u.id = e.drawn_up_by join agency a on a.id = u.agency_id
left join membership m on m.operation_id = o.id and m.user_id = u.id
where e.id = :edition"""

PARTIES = """
with acted as (
  select e.actor_id, u.agency_id, bool_or(e.at between o.opens_at and o.closes_at) as in_window
  from event e join app_user u on u.id = e.actor_id and not u.is_service join operation o on o.id = e.operation_id
  where e.operation_id = :operation group by 1, 2)
select (select count(*) from participation where operation_id = :operation and accepted_at is not null) as countries,
  (select count(distinct agency_id) from acted) as agencies,
  (select count(*) from acted where in_window) as experts"""

MATERIAL = """
with file as (
  select r.sha256, r.size_bytes, m.kind, m.duration_s, x.country, r.refusal is not null or m.state = 'refused' as refused,
    r.refusal is null and m.state = 'read' as readable
  from received_file r join exhibit x on x.id = r.exhibit_id left join media_item m on m.id = r.media_item_id
  where r.operation_id = :operation)
select (select count(*) from exhibit where operation_id = :operation) as exhibits,
  (select count(*) from file) as files_received,
  (select coalesce(sum(size_bytes), 0) from file) as bytes_received,
  (select count(*) from file where refused) as files_refused,
  (select count(*) from file where readable) as files_readable,
  (select count(*) from file where readable and kind = 'photo') as photos,
  (select count(*) from file where readable and kind = 'video') as videos,
  (select floor(coalesce(sum(duration_s), 0) / 3600) from file where readable and kind = 'video') as video_hours,
  (select count(distinct sha256) from file where readable) as files_distinct,
  0 as files_distinct_seen,
  (select count(distinct f.sha256) from file f where f.readable and exists (
     select 1 from file g join participation p on p.operation_id = :operation and p.country = g.country and p.shares_known_count
     where g.sha256 = f.sha256 and g.country <> f.country and g.readable)) as files_known,
  (select count(*) from face where operation_id = :operation and register_entry_id is null and track_id is null)
    + (select count(*) from track where operation_id = :operation) as faces,
  (select count(*) from person where operation_id = :operation) as persons"""

LOOK_ALIKE = """
select a.sha256 as one, b.sha256 as other from near_copy n
join media_item a on a.id = n.media_item_id join media_item b on b.id = n.like_id
where n.operation_id = :operation and a.sha256 <> b.sha256 and a.state = 'read' and b.state = 'read'
  and a.register_entry_id is null and b.register_entry_id is null"""

# Each entry of the ledger with the entry that counts for it, and the stages that hold for that entry.
_LEDGER = """
recursive root as (
  select id, id as root from ledger_entry where operation_id = :operation and merged_into is null
  union all select e.id, r.root from ledger_entry e join root r on e.merged_into = r.id),
reached as (
  select r.root as id, e.kind, e.is_depicted, e.age_band, e.sex, o.stage, o.place_country, a.country as stated_by
  from outcome o join root r on r.id = o.ledger_id join ledger_entry e on e.id = r.root join agency a on a.id = o.stated_by_agency_id
  where o.operation_id = :operation and o.revoked_at is null),
probable as (
  select distinct id, age_band, sex from reached where kind = 'victim' and is_depicted and stage in ('V3', 'V4')),
confirmed as (
  select distinct id from reached where kind = 'victim' and is_depicted and stage = 'V4')"""

SERIES = f"""
with {_LEDGER},
shown as (
  select distinct p.series_id, e.lead_id from person p join lead_evidence e on e.person_id = p.id
  where p.operation_id = :operation and p.series_id is not null),
victim as (
  select distinct p.series_id, r.root from person p join ledger_person l on l.person_id = p.id join root r on r.id = l.ledger_id
  where p.operation_id = :operation and p.series_id is not null)
select (select count(*) from series where operation_id = :operation and was_prepared) as series_prepared,
  (select count(*) from series where operation_id = :operation and not was_prepared) as series_added,
  (select count(distinct s.series_id) from shown s
     where exists (select 1 from event e where e.lead_id = s.lead_id and e.kind = 'lead:claimed')) as series_worked,
  0 as series_left,
  (select count(*) from series s where s.operation_id = :operation and (s.confirmed_at is not null or exists (
     select 1 from victim v join reached r on r.id = v.root where v.series_id = s.id and r.stage = 'V1'))) as series_country,
  (select count(distinct s.series_id) from shown s
     where exists (select 1 from referral r where r.lead_id = s.lead_id and r.sent_at is not null)) as series_information,
  (select count(distinct series_id) from victim where root in (select id from probable)) as series_probable,
  (select count(distinct series_id) from victim where root in (select id from confirmed)) as series_confirmed
"""  # noqa: S608 - built from constants of this module

PERSONS_OF_THE_LEDGER = f"""
with {_LEDGER}
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
from reached"""  # noqa: S608 - built from constants of this module

AGES = f"""
with {_LEDGER}
select coalesce(age_band, 'not_stated') as key, count(*) as number from probable group by 1
"""  # noqa: S608 - built from constants of this module

SEXES = f"""
with {_LEDGER}
select sex as key, count(*) as number from probable group by 1
"""  # noqa: S608 - built from constants of this module

# A victim counts for every country whose material shows it and whose authorities stated something of it.
COUNTRIES = f"""
with {_LEDGER},
shown as (
  select distinct r.root as id, e.country from ledger_person l join root r on r.id = l.ledger_id
  join lead_evidence e on e.person_id = l.person_id where r.root in (select id from probable)),
victim as (select * from reached where kind = 'victim' and is_depicted),
part as (
  select country from participation where operation_id = :operation union select country from shown
  union select stated_by from victim where stage in ('V4', 'V5')
  union select country_determined from series where operation_id = :operation and confirmed_at is not null)
select p.country, (select count(*) from shown s where s.country = p.country)::int as shown,
  (select count(*) from series s where s.operation_id = :operation and s.confirmed_at is not null
     and s.country_determined = p.country)::int as determined,
  (select count(distinct id) from victim v where v.stated_by = p.country and v.stage = 'V4')::int as confirmed,
  (select count(distinct id) from victim v where v.stated_by = p.country and v.stage = 'V5')::int as safeguarded
from part p where p.country is not null order by 1
"""  # noqa: S608 - built from constants of this module

# In the order of the alphabet, which does not depend on the numbers.
PLACES = f"""
with {_LEDGER}
select place_country as key, count(distinct id) as number from reached where place_country is not null group by 1 order by 1
"""  # noqa: S608 - built from constants of this module

LEADS = """
with happened as (
  select kind, count(distinct lead_id) as leads from event
  where operation_id = :operation and kind in ('lead:claimed', 'lead:verified', 'lead:rejected') group by kind)
select (select count(*) from lead where operation_id = :operation) as leads_opened,
  coalesce((select leads from happened where kind = 'lead:claimed'), 0) as leads_claimed,
  (select count(distinct lead_id) from assessment where operation_id = :operation and undone_at is null) as leads_assessed,
  coalesce((select leads from happened where kind = 'lead:verified'), 0) as leads_verified,
  coalesce((select leads from happened where kind = 'lead:rejected'), 0) as leads_rejected,
  (select count(*) from lead where operation_id = :operation and stage = 'parked') as leads_parked,
  (select count(distinct lead_id) from referral where operation_id = :operation and sent_at is not null) as leads_referred"""

# A referral counts for the country that holds the material: the receiving country itself where it is one of them, else the
# lead's first side that is not an entry of a register.
_SENT = """
sent as (
  select r.*, coalesce(
    (select e.country from lead_evidence e where e.lead_id = r.lead_id and e.register_entry_id is null and e.country = r.to_country limit 1),
    (select e.country from lead_evidence e where e.lead_id = r.lead_id and e.register_entry_id is null order by e.side limit 1),
    r.from_country) as source
  from referral r where r.operation_id = :operation and r.sent_at is not null)"""

REFERRALS = f"""
with {_SENT}
select count(*) as referrals_sent,
  count(*) filter (where source = to_country) as referrals_domestic,
  count(*) filter (where source <> to_country) as referrals_foreign,
  count(*) filter (where acknowledged_at is not null or answered_at is not null) as referrals_acknowledged,
  count(*) filter (where state = 'accepted') as referrals_accepted,
  count(*) filter (where state in ('returned', 'declined', 're_routed')) as referrals_returned,
  count(distinct to_country) as countries_receiving
from sent"""  # noqa: S608 - built from constants of this module

DISSEMINATION = f"""
with {_SENT} select source, to_country as receiver, count(*) as number from sent group by 1, 2
"""  # noqa: S608 - built from constants of this module

REFERRAL_DAYS = """
select (at at time zone :zone)::date as day, count(*) filter (where what = 'sent') as sent,
  count(*) filter (where what = 'acknowledged') as acknowledged
from (select sent_at as at, 'sent' as what from referral where operation_id = :operation and sent_at is not null
      union all select coalesce(acknowledged_at, answered_at), 'acknowledged' from referral
      where operation_id = :operation and sent_at is not null and (acknowledged_at is not null or answered_at is not null)) as step
group by 1"""

# The wall clock, nights included. A step that was measured backwards (a clock that was set) counts as none.
TIMES = """
with first as (
  select lead_id, min(at) filter (where kind = 'lead:claimed') as claimed, min(at) filter (where kind = 'lead:verified') as verified
  from event where operation_id = :operation and kind in ('lead:claimed', 'lead:verified') group by lead_id),
step as (
  select 'intake_to_lead' as key, l.created_at - (select max(m.received_at) from lead_evidence e join media_item m on m.id = e.media_item_id
    where e.lead_id = l.id) as took from lead l where l.operation_id = :operation
  union all select 'lead_to_claim', f.claimed - l.created_at from lead l join first f on f.lead_id = l.id where l.operation_id = :operation
  union all select 'claim_to_verified', verified - claimed from first
  union all select 'verified_to_sent', min(r.sent_at) - f.verified from referral r join first f on f.lead_id = r.lead_id
    where r.operation_id = :operation and r.sent_at is not null group by r.lead_id, f.verified
  union all select 'sent_to_acknowledged', coalesce(acknowledged_at, answered_at) - sent_at from referral where operation_id = :operation
  union all select 'sent_to_safeguarded', min(o.recorded_at) - r.sent_at from outcome o join referral r on r.id = o.referral_id
    where o.operation_id = :operation and o.stage = 'V5' and o.revoked_at is null group by o.ledger_id, r.sent_at)
select key, count(*)::int as number,
  percentile_cont(0.5) within group (order by extract(epoch from took))::float8 as median_s,
  percentile_cont(0.9) within group (order by extract(epoch from took))::float8 as p90_s
from step where took >= interval '0' group by key"""

# 1 and 2 support the same person, 4 and 5 different ones, 3 neither.
AGREEMENT = """
with opinion as (
  select lead_id, row_number() over (partition by lead_id order by signed_at, id) as place,
    case when opinion < 3 then 'same' when opinion > 3 then 'different' else 'neither' end as says
  from assessment where operation_id = :operation and settled_at is not null and undone_at is null),
lead_opinions as (
  select lead_id, max(says) filter (where place = 1) as first, max(says) filter (where place = 2) as second, count(*) as opinions
  from opinion group by lead_id)
select count(*) filter (where opinions >= 2)::int as compared,
  count(*) filter (where opinions >= 2 and first = second)::int as agreed,
  count(*) filter (where opinions >= 3)::int as third_opinions
from lead_opinions"""

MODELS = """
select l.pack_id, l.model_digest, l.threshold, count(*)::int as leads, count(*) filter (where exists (
    select 1 from event e where e.lead_id = l.id and e.kind = 'lead:rejected'))::int as rejected
from lead l where l.operation_id = :operation and l.pack_id is not null and l.model_digest is not null and l.threshold is not null
group by 1, 2, 3 order by 1, 2, 3"""

CORRECTIONS = """
select o.revoked_at, o.revoked_reason,
  case e.kind when 'victim' then 'V-' else 'O-' end || lpad(e.number::text, 3, '0') || ' · ' || o.stage as subject
from outcome o join ledger_entry e on e.id = o.ledger_id
where o.operation_id = :operation and o.revoked_at is not null order by o.revoked_at, o.id"""
