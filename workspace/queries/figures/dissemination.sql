-- Referrals by the country whose material they are about and by the country that received them.
select source, to_country as receiver, count(*) as number from sent_referral where operation_id = :operation and found_in_window(lead_id, :late)
group by 1, 2;
