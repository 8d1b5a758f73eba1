-- Every step of an exhibit's custody that the record holds, oldest first: what its own events say, access that was given where the exhibit
-- has a lock of its own, and referrals of leads that stand on it; and by person and day how many veils of its pictures were lifted.
with here as (
  select e.id, e.operation_id, e.compartment_id, c.is_common from exhibit e join compartment c on c.id = e.compartment_id where e.id = :exhibit),
told as (
  select v.at, v.kind, v.actor_id, v.played_by, v.payload, v.lead_id
  from here h join event v on v.operation_id = h.operation_id
  where v.kind in ('exhibit:received', 'exhibit:handling_changed', 'exhibit:opened', 'exhibit:closing', 'exhibit:closing_failed', 'exhibit:closed',
      'exhibit:corrected', 'exhibit:check_asked', 'exhibit:checked', 'exhibit:custody_printed', 'exhibit:exported', 'exhibit:case_brought',
      'exhibit:case_exported', 'intake:ended', 'intake:stopped')
      and v.payload->>'exhibit' = h.id::text
    or not h.is_common and v.kind in ('access:granted', 'access:ended', 'access:withdrawn') and v.locks @> array[h.compartment_id]
    or v.kind = 'referral:sent' and exists (select 1 from lead_evidence s where s.lead_id = v.lead_id and s.exhibit_id = h.id)),
looked as (
  select min(k.at) as at, k.user_id, played_by(k.operation_id, k.user_id) as played_by, count(*)::int as times
  from (select v.viewed_at as at, v.user_id, v.operation_id, (v.viewed_at at time zone o.time_zone)::date as day
    from here h join operation o on o.id = h.operation_id join media_view v on v.operation_id = h.operation_id
    left join face f on f.id = v.face_id
    where v.from_ms is not distinct from v.to_ms  -- what was watched of a video after its lifting is no lifting
      and exists (select 1 from received_file r where r.exhibit_id = h.id and r.media_item_id = coalesce(v.media_item_id, f.media_item_id))) k
  group by k.operation_id, k.user_id, k.day)
select step.at, step.kind, case when u.is_service then 'Concord' else u.name end as name, u.country, step.played_by, step.payload, step.reason,
  l.number as lead_number, step.times
from (
  select t.at, t.kind, t.actor_id, t.played_by, t.payload, event_reason(t.kind, t.payload) as reason, t.lead_id, 0 as times from told t
  union all
  select k.at, 'media:viewed', k.user_id, k.played_by, '{}', null, null, k.times from looked k) step
join user_with_country u on u.id = step.actor_id left join lead l on l.id = step.lead_id
order by step.at, step.kind
