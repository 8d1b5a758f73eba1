-- What a search outside found; its score as far as the lead lets the viewer see one.
select r.candidate, r.system, r.searched_on, r.legal_basis, r.reference, r.brought_at, s.score, u.id as user_id, u.name, u.country as user_country,
  r.played_by
from outside_result r join user_with_country u on u.id = r.brought_by left join lateral score_of_lead(r.lead_id) s on true where r.lead_id = :lead
