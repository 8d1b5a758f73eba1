-- The leads of a stage without a column, below a number, highest number first. What people wrote of a lead may speak of every side:
-- a free reason is for who may look at all of them.
select id, number, kind, stage, stage_since, countries, opinions,
  case when stage_reason = 'inconclusive' or opens_both(id, locks, (select my_keys()), (select my_pairs())) then stage_reason end as stage_reason
from lead
where operation_id = :operation and stage = :stage and (cast(:before as int) is null or number < :before)
order by number desc limit :one_more
