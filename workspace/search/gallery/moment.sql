-- The number of the oldest transaction that has not ended, and of the next one that will begin.
select pg_snapshot_xmin(s)::text::bigint as first_open, pg_snapshot_xmax(s)::text::bigint as next from pg_current_snapshot() s
