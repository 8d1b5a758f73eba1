-- Referrals, and who played whoever sent and answered them.
with act as (
  select (payload->>'referral')::uuid as referral_id,
    min(played_by) filter (where kind = 'referral:sent') as sent_by,
    min(played_by) filter (where kind <> 'referral:sent') as answered_by
  from event where operation_id = :operation
    and kind in ('referral:sent', 'referral:accepted', 'referral:declined', 'referral:returned') group by 1)
select r.lead_id, r.state, r.approved_at is not null as is_approved, r.sent_at, r.answered_at, r.due_at, act.sent_by, act.answered_by
from referral r left join act on act.referral_id = r.id where r.operation_id = :operation;
