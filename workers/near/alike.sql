-- Of media and others, the pairs that are one medium, the same bytes, or stand as near copies of each other.
select one.id as one, other.id as other
from media_item one join media_item other on other.id = any (cast(:others as uuid[]))
where one.id = any (cast(:media as uuid[])) and (one.id = other.id or one.sha256 = other.sha256 or exists (
  select 1 from near_copy n where n.media_item_id = least(one.id, other.id) and n.like_id = greatest(one.id, other.id)))
