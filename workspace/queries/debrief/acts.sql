-- The first claim, verdict of each kind, and who played whoever did it.
select distinct on (lead_id, kind) lead_id, kind, at, played_by from event
where operation_id = :operation and kind in ('lead:claimed', 'lead:verified', 'lead:rejected') order by lead_id, kind, seq;
