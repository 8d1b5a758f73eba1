-- The newest exercise that is to be begun again and was not yet.
select max(operation_id) from exercise where restart_asked_at is not null and restarted_as is null
