-- The notes on a medium, in the order of their time in it, then the oldest first.
select n.id, n.face_id, n.region as box, n.at_s, n.until_s, n.note, n.version, n.changed_at, n.author_id = my_id() as mine,
  u.id as user_id, u.name, u.country, n.played_by
from annotation n join user_with_country u on u.id = n.author_id
where n.media_item_id = :medium and n.removed_at is null order by n.at_s nulls first, n.created_at
