-- Settled opinions that were not taken back.
select id, lead_id, examiner_id, opinion, signed_at, played_by from assessment
where operation_id = :operation and settled_at is not null and undone_at is null;
