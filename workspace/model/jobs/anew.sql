-- Give every job of an operation that is being done back to be done again. Whoever is at it finds his attempt gone.
update job set state = 'waiting', attempt = attempt - 1, lease_until = null
where operation_id = :operation and state = 'running' and kind <> :but
