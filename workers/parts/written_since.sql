-- The photos of an operation whose parts were written in or after a transaction.
select m.id, p.hashes from media_item m join picture_part p on p.media_item_id = m.id
where m.operation_id = :operation and m.parts_hashed_in >= :since
