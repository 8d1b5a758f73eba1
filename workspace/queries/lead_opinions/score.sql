-- A lead's score as far as the viewer may see it: the lead is decided, or the viewer's own opinion is settled.
select shown_score as score, shown_band as band, null::int as rank, threshold, pack_id, model_digest,
  (select shown_at from sight where lead_id = :lead and user_id = my_id() and what = 'score') as shown_at
from lead where id = :lead and shown_score is not null
union all
select score, band, rank, threshold, pack_id, model_digest,
  (select shown_at from sight where lead_id = :lead and user_id = my_id() and what = 'score')
from score_after_my_opinion(:lead) where score is not null
order by rank nulls last limit 1
