-- Thresholds as they were proposed, the newest first. stands: it is the newest, and waits for its confirmation.
select t.id, t.lead_cosine, t.strong_cosine, t.calibration, t.reason, t.proposed_at, t.played_by, t.confirmed_at, t.confirmed_played_by,
  t.proposed_by, p.name as proposer, p.country as proposer_country, t.confirmed_by, c.name as confirmer, c.country as confirmer_country,
  me.country as own_country,
  t.confirmed_at is null and t.proposed_at > now() - cast(:lapse as interval) and t.id = first_value(t.id) over (order by t.proposed_at desc, t.id) as stands
from threshold t join user_with_country p on p.id = t.proposed_by left join user_with_country c on c.id = t.confirmed_by
left join user_with_country me on me.id = my_id()
where t.operation_id = :operation order by t.proposed_at desc, t.id
