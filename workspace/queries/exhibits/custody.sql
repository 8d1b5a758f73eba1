-- Steps of an exhibit's custody that the record holds, the newest first and each with its number: what its own events say, access that was
-- given where the exhibit has a lock of its own, and referrals of leads that stand on it; and by person and day how many veils of its
-- pictures were lifted. Of all, `of`, those up to a number, where one is given.
with here as (
  select e.id, e.operation_id, e.compartment_id, c.is_common from exhibit e join compartment c on c.id = e.compartment_id where e.id = :exhibit),
told as (
  select v.at, v.seq, v.kind, v.actor_id, v.played_by, v.payload, v.lead_id
  from here h join event v on v.operation_id = h.operation_id and v.payload ? 'exhibit' and v.payload->>'exhibit' = h.id::text
  where v.kind in ('exhibit:received', 'exhibit:handling_changed', 'exhibit:opened', 'exhibit:closing', 'exhibit:closing_failed', 'exhibit:closed',
    'exhibit:corrected', 'exhibit:check_asked', 'exhibit:checked', 'exhibit:custody_printed', 'exhibit:exported', 'exhibit:case_brought',
    'exhibit:case_exported', 'intake:ended', 'intake:stopped')
  union all
  select v.at, v.seq, v.kind, v.actor_id, v.played_by, v.payload, v.lead_id
  from here h join event v on v.operation_id = h.operation_id and v.kind in ('access:granted', 'access:ended', 'access:withdrawn')
    and v.locks @> array[h.compartment_id]
  where not h.is_common
  union all
  select v.at, v.seq, v.kind, v.actor_id, v.played_by, v.payload, v.lead_id
  from here h join event v on v.operation_id = h.operation_id and v.kind = 'referral:sent'
  where v.lead_id in (select s.lead_id from lead_evidence s where s.exhibit_id = :exhibit)),
-- The media of the exhibit first, and what was looked at of each: nobody's other looks are read.
medium as materialized (select distinct r.media_item_id as id from received_file r where r.exhibit_id = :exhibit and r.media_item_id is not null),
looked as (
  select min(k.at) as at, k.user_id, played_by(k.operation_id, k.user_id) as played_by, count(*)::int as times
  from (
    select v.viewed_at as at, v.user_id, v.operation_id, (v.viewed_at at time zone o.time_zone)::date as day
    from (
      select v.id, v.viewed_at, v.user_id, v.operation_id from medium m join media_view v on v.media_item_id = m.id
      where v.from_ms is not distinct from v.to_ms  -- what was watched of a video after its lifting is no lifting
      union all
      select v.id, v.viewed_at, v.user_id, v.operation_id from medium m join face f on f.media_item_id = m.id join media_view v on v.face_id = f.id
      where v.media_item_id is null and v.from_ms is not distinct from v.to_ms) v
    join operation o on o.id = v.operation_id) k
  group by k.operation_id, k.user_id, k.day),
step as (
  select t.*, 0 as times from told t
  union all
  select k.at, 0, 'media:viewed', k.user_id, k.played_by, '{}', null, k.times from looked k),
numbered as (
  select s.*, row_number() over (order by s.at, s.kind, s.seq, s.actor_id) as number, count(*) over () as of from step s),
shown as (
  select * from numbered where number <= coalesce(cast(:upto as bigint), of) order by number desc limit :most)
-- Reasons and names of those alone that are shown.
select s.number, s.at, s.kind, case when u.is_service then 'Concord' else u.name end as name, u.country, s.played_by, s.payload,
  event_reason(s.kind, s.payload) as reason, l.number as lead_number, s.times, s.of
from shown s join user_with_country u on u.id = s.actor_id left join lead l on l.id = s.lead_id
order by s.number desc
