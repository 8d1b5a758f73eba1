-- The pairs of media of one compartment that look alike, each medium as a number: a number is read and compared faster than an id.
select hashtextextended(n.media_item_id::text, 0) as one, hashtextextended(n.like_id::text, 0) as other from near_copy n where n.operation_id = :operation
