-- The number of the oldest transaction that has not ended.
select pg_snapshot_xmin(pg_current_snapshot())::text::bigint
