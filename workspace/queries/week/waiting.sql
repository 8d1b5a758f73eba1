-- What waits in an exercise, as the viewer's keys show it: leads to claim, second and third opinions, leads that are stuck, verified leads
-- that nobody has referred, drafts for the viewer to approve, referrals of the viewer's agency that came back, and those at it by their
-- next step, requests for its material, editions, and events.
with received as (
  select r.state, exists (select 1 from outcome o where o.referral_id = r.id and o.revoked_at is null) as is_stated
  from referral r where r.operation_id = :operation and r.to_agency_id = (select my_agency()))
select (select count(*) from lead where operation_id = :operation and stage = 'open' and holder_id is null) as open,
  (select count(*) from lead where operation_id = :operation and stage = 'assessed' and holder_id is null) as opinions,
  (select count(*) from lead l where l.operation_id = :operation and l.stage = 'verified'
     and not exists (select 1 from referral r where r.lead_id = l.id and r.state <> 'withdrawn')) as to_refer,
  (select count(*) from referral where operation_id = :operation and state = 'drafted' and approved_by is null
     and drafted_by <> (select my_id()) and are_independent(operation_id, drafted_by, (select my_id()))) as approvals,
  (select count(*) from referral r where r.operation_id = :operation and r.state in ('returned', 'declined') and r.from_agency_id = (select my_agency())
     and not exists (select 1 from referral onward where onward.previous_id = r.id and onward.state <> 'withdrawn')) as returned,
  (select count(*) from received where state = 'sent') as to_acknowledge,
  (select count(*) from received where state = 'acknowledged') as to_answer,
  (select count(*) from received where state = 'accepted' and not is_stated) as to_state,
  (select count(*) from received where state = 'accepted' and is_stated) as stated,
  (select count(*) from access_grant g join compartment c on c.id = g.compartment_id
   where g.operation_id = :operation and g.answered_at is null and c.agency_id = (select my_agency())) as requests,
  (select count(*) from edition where operation_id = :operation and as_of is not null) as editions,
  (select count(*) from event where operation_id = :operation) as events
