-- The lines in a medium, the surest first.
select t.body, t.box, t.at_s, t.score, count(*) over () as of
from picture_text t where t.media_item_id = :medium order by t.score desc, t.at_s, t.id limit :most
