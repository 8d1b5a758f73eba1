-- A lead's score as far as the viewer may see it: the lead is decided, or the viewer's own opinion is settled, and no other lead on the
-- same pictures still waits for the viewer's opinion.
select score, band, rank, threshold, pack_id, model_digest,
  (select shown_at from sight where lead_id = :lead and user_id = my_id() and what = 'score') as shown_at
from score_of_lead(:lead) where score is not null
