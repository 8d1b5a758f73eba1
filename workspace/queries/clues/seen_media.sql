-- Of these media those that the viewer may see.
select id from media_item where id = any (cast(:ids as uuid[])) and operation_id = :operation and register_entry_id is null order by id
