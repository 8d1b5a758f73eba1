-- How an exercise that the viewer directs is played now.
select scenario, pace, is_paused, steps, begun_at, line_cut_until, revealed_at, restart_asked_at, restarted_as
from exercise where operation_id = :operation and operation_id = any (my_directions())
