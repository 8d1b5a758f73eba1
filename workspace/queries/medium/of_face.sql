-- The medium in which a face was found, unless it is a portrait of a register.
select m.id from face f join media_item m on m.id = f.media_item_id where f.id = :face and m.register_entry_id is null
