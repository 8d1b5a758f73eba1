-- The different originals that came with the exhibit of a check.
select distinct m.id, m.address, m.sha256
from original_check k join received_file r on r.exhibit_id = k.exhibit_id join media_item m on m.id = r.media_item_id
where k.id = :check order by m.id
