-- Where the tiles of a picture lie, and how large it is.
select t.operation_id, t.address, t.width, t.height from picture_tiles t where t.media_item_id = :media and t.state = 'made'
