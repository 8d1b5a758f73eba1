-- What waits in an exercise, as the viewer's keys show it: second and third opinions, verified leads that nobody has referred, drafts
-- to approve, referrals that came back or wait at the viewer's agency, requests for its material, editions, and events.
select (select count(*) from lead where operation_id = :operation and stage = 'assessed' and holder_id is null) as opinions,
  (select count(*) from lead l where l.operation_id = :operation and l.stage = 'verified'
     and not exists (select 1 from referral r where r.lead_id = l.id and r.state <> 'withdrawn')) as to_refer,
  (select count(*) from referral where operation_id = :operation and state = 'drafted' and approved_by is null
     and drafted_by <> my_id()) as approvals,
  (select count(*) from referral where operation_id = :operation and state in ('returned', 'declined')) as returned,
  (select count(*) from referral r join app_user u on u.id = my_id() and u.agency_id = r.to_agency_id
   where r.operation_id = :operation and r.state in ('sent', 'acknowledged', 'accepted')) as inbox,
  (select count(*) from access_grant where operation_id = :operation and answered_at is null) as requests,
  (select count(*) from edition where operation_id = :operation and as_of is not null) as editions,
  (select count(*) from event where operation_id = :operation) as events
