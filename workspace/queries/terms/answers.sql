-- What each country that has accepted the terms last said to each proposal; null while it says nothing.
select r.id, p.country, a.is_yes, a.reason, a.answered_at as at
from terms_proposal r join participation p on p.operation_id = r.operation_id and p.accepted_at is not null
left join lateral (select a.is_yes, a.reason, a.answered_at from terms_answer a
  where a.proposal_id = r.id and a.country = p.country order by a.answered_at desc limit 1) a on true
where r.operation_id = :operation order by p.country
