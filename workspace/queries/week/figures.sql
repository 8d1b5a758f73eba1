-- What happened in an exercise, by the record and the rows: claims, opinions that stand, leads that were ever verified or rejected,
-- referrals by what became of them, editions that were counted, and events.
select (select count(*) from event where operation_id = :operation and kind = 'lead:claimed') as claims,
  (select count(*) from assessment where operation_id = :operation and undone_at is null) as opinions,
  (select count(distinct lead_id) from event where operation_id = :operation and kind = 'lead:verified') as verified,
  (select count(distinct lead_id) from event where operation_id = :operation and kind = 'lead:rejected') as rejected,
  (select count(*) from referral where operation_id = :operation and sent_at is not null) as referred,
  (select count(*) from referral where operation_id = :operation and acknowledged_at is not null) as acknowledged,
  (select count(*) from event where operation_id = :operation and kind = 'referral:returned') as returned,
  (select count(*) from edition where operation_id = :operation and as_of is not null) as editions,
  (select last_seq from chain where operation_id = :operation) as record_events
