-- Leads that wait for somebody, each once: for what and for which countries, what has waited longest first; the leads that wait longest
-- first, with how many these are.
with stuck as (
  select l.id::text as lead_id, l.number as lead_number, l.stage, 'answered_no' as why, r.number as referral, r.to_country as country,
    r.answered_at as since
  from referral r join lead l on l.id = r.lead_id
  where r.operation_id = :operation and r.state in ('declined', 'returned')
  union all
  select l.id::text, l.number, l.stage, 'not_acknowledged', r.number, r.to_country, r.sent_at
  from referral r join lead l on l.id = r.lead_id
  where r.operation_id = :operation and r.state = 'sent' and r.due_at < now()
  union all
  select l.id::text, l.number, l.stage, 'access_asked', null, a.country, g.asked_at
  from access_grant g join lead l on l.id = g.lead_id join compartment c on c.id = g.compartment_id
  join agency a on a.id = c.agency_id
  where g.operation_id = :operation and g.answered_at is null and l.stage not in ('rejected', 'closed')
  union all
  select l.id::text, l.number, l.stage, case l.opinions when 1 then 'needs_second' else 'needs_third' end, null, null, l.stage_since
  from lead l
  where l.operation_id = :operation and l.stage = 'assessed' and (l.holder_id is null or l.lease_until <= now())
    and l.stage_since < now() - make_interval(secs => :patience)
  union all
  select l.id::text, l.number, l.stage, 'needs_referral', null, null, l.stage_since
  from lead l
  where l.operation_id = :operation and l.stage = 'verified' and l.side_count = 2 and l.stage_since < now() - make_interval(secs => :patience)
    and not exists (select 1 from referral r where r.lead_id = l.id and r.state <> 'withdrawn')
  union all
  select l.id::text, l.number, l.stage, 'tip_to_weigh', null, c.owner_country, min(a.said_at)
  from card_answer a join clue_card c on c.id = a.card_id join lead l on l.id = c.lead_id join clue q on q.lead_id = l.id
  where a.operation_id = :operation and a.what = 'tip' and a.withdrawn_at is null and c.state = 'shown' and q.confirmed_at is null
  group by l.id, c.owner_country
  union all
  select l.id::text, l.number, l.stage, 'card_to_check', null, c.owner_country, c.made_at
  from clue_card c join lead l on l.id = c.lead_id where c.operation_id = :operation and c.state = 'made'
),
reason as (
  select lead_id, lead_number, stage, why, referral, country, count(*) as times, min(since) as since,
    row_number() over (partition by lead_id order by min(since), why, referral, country) as nth
  from stuck group by lead_id, lead_number, stage, why, referral, country)
select lead_id, lead_number, stage, min(since) as since, count(*) as of, count(*) over () as leads,
  jsonb_agg(jsonb_build_object('why', why, 'referral', referral, 'country', country, 'times', times) order by nth)
    filter (where nth <= :reasons) as reasons
from reason group by lead_id, lead_number, stage order by min(since), lead_id limit :most;
