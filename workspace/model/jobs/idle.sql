-- Whether nothing waits or is done but what is done when nothing else waits.
select not exists (select 1 from job where state in ('waiting', 'running') and kind <> all (cast(:idle as text[])))
