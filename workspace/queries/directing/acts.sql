-- The acts of people and partners without their content, the newest first; the function asks who directs.
select a.seq, a.at, a.kind, u.id as user_id, u.name, u.country, a.played_by
from exercise_acts(:operation, :before, :most) a join user_with_country u on u.id = a.actor_id order by a.seq desc
