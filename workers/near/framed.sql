-- The photos of an operation whose parts were written in or after a transaction, and that have borders.
select m.id, m.pdq_inner[1] as inner from media_item m
where m.operation_id = :operation and m.parts_hashed_in >= :since and cardinality(m.pdq_inner) > 0
