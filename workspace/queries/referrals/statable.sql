-- For what the terms make the viewer's agency competent, and what a day and a person of a referral's outcomes are checked against.
select my_competences(r.operation_id) as competences, earliest_fact(r.lead_id) as earliest_on, kind_of_lead(r.lead_id) as lead_kind
from referral r where r.id = :id
