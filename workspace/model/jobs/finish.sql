-- The job is done, if its row still carries this attempt.
update job set state = 'done', lease_until = null, failure = null, done_at = clock_timestamp()
where id = :job and attempt = :attempt and lease_until = :lease returning id
