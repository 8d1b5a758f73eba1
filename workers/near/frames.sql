-- The videos of an operation whose frames were written in or after a transaction, each with its frames one behind the other.
select m.id, string_agg(f.pdq, '' order by f.ordinal) as frames
from media_item m join video_frame f on f.media_item_id = m.id
where m.operation_id = :operation and m.frames_hashed_in >= :since and m.register_entry_id is null
group by m.id
