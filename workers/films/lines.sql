-- The lines under which a video came.
select r.id, r.path, r.path_bytes from received_file r where r.media_item_id = :media order by r.received_at, r.id
