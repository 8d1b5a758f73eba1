-- Referrals that were sent, and that were acknowledged or answered, by day in the operation's time zone.
select (at at time zone :zone)::date as day, count(*) filter (where what = 'sent') as sent,
  count(*) filter (where what = 'acknowledged') as acknowledged
from (select sent_at as at, 'sent' as what from referral where operation_id = :operation and sent_at is not null and found_in_window(lead_id, :late)
      union all select coalesce(acknowledged_at, answered_at), 'acknowledged' from referral
      where operation_id = :operation and sent_at is not null and found_in_window(lead_id, :late) and (acknowledged_at is not null or answered_at is not null)) as step
group by 1;
