-- Jobs that failed for good wait again, while their operation is worked on (some kinds also afterwards): after a while, or where another version
-- of the program failed in them.
select take_up(array(
  select j.id from job j join operation o on o.id = j.operation_id
    and (o.state not in ('closed', 'follow_up') or j.kind = any (cast(:after_closing as text[])))
  where j.state = 'failed' and (
    j.kind = any (cast(:soon as text[])) and j.done_at <= clock_timestamp() - make_interval(secs => :soon_s)
    or j.kind = any (cast(:idle as text[])) and j.done_at <= clock_timestamp() - make_interval(secs => :idle_s)
    or j.kind = any (cast(:anew as text[])) and j.failed_in is distinct from :version)
  order by j.subject_id limit 1000 for update of j skip locked))
