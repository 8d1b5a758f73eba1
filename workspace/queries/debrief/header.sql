-- An exercise with the head of its log, and how many people and partners worked on its leads and referrals. Taking material in does
-- not count: whoever loads an exercise does so in the name of those whose it is.
with worked as (
  select distinct v.actor_id, v.played_by from event v join app_user u on u.id = v.actor_id and not u.is_service
  where v.operation_id = :operation
    and split_part(v.kind, ':', 1) in ('lead', 'assessment', 'annotation', 'comment', 'access', 'jurisdiction', 'referral', 'outcome', 'ledger'))
select o.code_name as operation, e.seed, e.scenario, o.tlp, o.handling_code, o.closes_at, o.time_zone, c.last_seq as seq,
  (select count(*) from worked where played_by = 'person')::int as people,
  (select count(*) from worked where played_by = 'partner')::int as partners
from exercise e join operation o on o.id = e.operation_id join chain c on c.operation_id = o.id
where o.id = :operation and e.revealed_at is not null and not exists (select 1 from debrief d where d.operation_id = o.id);
