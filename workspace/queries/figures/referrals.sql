-- Referrals that were sent, to the country that holds the material and to others, and what came back.
select count(*) as referrals_sent,
  count(*) filter (where source = to_country) as referrals_domestic,
  count(*) filter (where source <> to_country) as referrals_foreign,
  count(*) filter (where acknowledged_at is not null or answered_at is not null) as referrals_acknowledged,
  count(*) filter (where state = 'accepted') as referrals_accepted,
  count(*) filter (where state in ('returned', 'declined', 're_routed')) as referrals_returned,
  count(distinct to_country) as countries_receiving
from sent_referral where operation_id = :operation and found_in_window(lead_id, :late);
