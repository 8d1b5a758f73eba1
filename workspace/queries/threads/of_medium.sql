-- The lock of a medium that came with an exhibit: that of all comments on it.
select m.operation_id, array[m.compartment_id] as about, array[m.compartment_id] as locks
from media_item m where m.id = :id and m.register_entry_id is null and m.kind <> 'archive'
