-- How far an exercise is: leads that nobody has acted on, leads by column of the board, agencies that only receive and have nothing to
-- do, editions that were counted, and the state.
select (select count(*) from lead l where l.operation_id = :operation and l.stage = 'open' and l.holder_id is null
          and not exists (select 1 from event e where e.lead_id = l.id and e.kind in ('lead:claimed', 'access:asked'))) as untouched,
  (select count(*) from lead where operation_id = :operation) as leads,
  (select coalesce(json_object_agg(stage, n), '{}') from (select stage, count(*) as n from lead
     where operation_id = :operation group by stage) by_stage) as stages,
  (select count(*) from assessment where operation_id = :operation and undone_at is null) as opinions,
  (select count(*) from referral where operation_id = :operation and sent_at is not null) as sent,
  (select count(*) from outcome where operation_id = :operation) as stated,
  (select last_seq from chain where operation_id = :operation) as events,
  (select count(distinct u.agency_id) from membership m join app_user u on u.id = m.user_id
   where m.operation_id = :operation and m.role = any (cast(:receivers as text[]))
     and not exists (select 1 from referral r where r.operation_id = m.operation_id and r.to_agency_id = u.agency_id
                     and r.state in ('sent', 'acknowledged', 'accepted'))) as empty_inboxes,
  (select count(*) from edition where operation_id = :operation and as_of is not null) as editions,
  (select count(*) from edition where operation_id = :operation and as_of is not null and kind = 'closing') as closing_editions,
  (select state from operation where id = :operation) as state
