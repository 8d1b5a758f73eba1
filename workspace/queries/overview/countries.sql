-- Each country's part: its exhibits, the leads in which its material meets by what they wait for, and the referrals that it has
-- not answered.
with part as (select p.country from participation p where p.operation_id = :operation),
exhibits as (select country, count(*) as all_of_them, count(intake_ended_at) as done
             from exhibit where operation_id = :operation group by country),
leads as (select c.country,
            count(*) filter (where l.stage = 'open' and (l.holder_id is null or l.lease_until <= now())) as open,
            count(*) filter (where l.stage in ('open', 'assessed') and l.lease_until > now()) as claimed,
            count(*) filter (where l.stage = 'assessed' and (l.holder_id is null or l.lease_until <= now())) as assessed,
            count(*) filter (where l.stage = 'verified') as verified,
            count(*) filter (where l.stage in ('referred', 'outcome')) as referred
          from lead l cross join lateral unnest(l.countries) as c(country) where l.operation_id = :operation group by c.country),
waits as (select to_country as country, count(*) as waits, min(sent_at) as oldest
          from referral where operation_id = :operation and state = 'sent' group by to_country)
select part.country, coalesce(e.all_of_them, 0) as exhibits, coalesce(e.done, 0) as exhibits_done, coalesce(l.open, 0) as open,
  coalesce(l.claimed, 0) as claimed, coalesce(l.assessed, 0) as assessed, coalesce(l.verified, 0) as verified,
  coalesce(l.referred, 0) as referred, coalesce(w.waits, 0) as waits, w.oldest
from part left join exhibits e using (country) left join leads l using (country) left join waits w using (country)
order by part.country;
