-- The leads of a stage without a column, below a number, highest number first; why, as far as the viewer may read it.
select id, number, kind, stage, stage_since, countries, opinions,
  coalesce(stage_reason, (select r.reason from lead_reason r where r.id = lead.stage_why)) as stage_reason
from lead
where operation_id = :operation and stage = :stage and (cast(:before as int) is null or number < :before)
order by number desc limit :one_more
