-- How long each step took, median and ninth decile in seconds: by the wall clock, nights included. A step that was measured
-- backwards (a clock that was set) counts as none.
with first as (
  select lead_id, min(at) filter (where kind = 'lead:claimed') as claimed, min(at) filter (where kind = 'lead:verified') as verified
  from event where operation_id = :operation and found_in_window(lead_id, :late) and kind in ('lead:claimed', 'lead:verified') group by lead_id),
step as (
  select 'intake_to_lead' as key, l.created_at - (select max(m.received_at) from lead_evidence e join media_item m on m.id = e.media_item_id
    where e.lead_id = l.id) as took from lead l where l.operation_id = :operation and found_in_window(l.id, :late)
  union all select 'lead_to_claim', f.claimed - l.created_at from lead l join first f on f.lead_id = l.id where l.operation_id = :operation and found_in_window(l.id, :late)
  union all select 'claim_to_verified', verified - claimed from first
  union all select 'verified_to_sent', min(r.sent_at) - f.verified from referral r join first f on f.lead_id = r.lead_id
    where r.operation_id = :operation and found_in_window(r.lead_id, :late) and r.sent_at is not null group by r.lead_id, f.verified
  union all select 'sent_to_acknowledged', coalesce(acknowledged_at, answered_at) - sent_at from referral
    where operation_id = :operation and found_in_window(lead_id, :late)
  union all select 'sent_to_safeguarded', took from (
    select distinct on (l.root) o.recorded_at - r.sent_at as took
    from outcome o join referral r on r.id = o.referral_id join ledger_root(:operation, :late) l on l.id = o.ledger_id
    where o.operation_id = :operation and found_in_window(o.lead_id, :late) and o.stage = 'V5' and o.revoked_at is null order by l.root, o.ordinal) as child)
select key, count(*)::int as number,
  percentile_cont(0.5) within group (order by extract(epoch from took))::float8 as median_s,
  percentile_cont(0.9) within group (order by extract(epoch from took))::float8 as p90_s
from step where took >= interval '0' group by key;
