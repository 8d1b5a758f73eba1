-- The pairs of media of one compartment that look alike.
select n.media_item_id, n.like_id from near_copy n where n.operation_id = :operation
