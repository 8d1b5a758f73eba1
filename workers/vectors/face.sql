-- One face, with where its medium lies.
select f.id, f.operation_id, f.landmarks, f.frame_width, f.crop_address, f.at_s, f.part, m.address from face f join media_item m on m.id = f.media_item_id
where f.id = :face
