-- The media of an operation with a hash that can be compared; registers' portraits are left out.
select id, pdq, pdq_turned, pdq_inner from media_item
where operation_id = :operation and state = 'read' and register_entry_id is null and pdq_quality >= :quality
