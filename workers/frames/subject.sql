-- A video that was read and whose frames were not looked at.
select m.address from media_item m where m.id = :media and m.state = 'read' and m.kind = 'video' and m.frames_hashed_in is null
