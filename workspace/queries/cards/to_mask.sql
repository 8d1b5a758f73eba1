-- What a card's picture is made of: of a photo its file, of a video its preview. Nothing where the card does not wait for it.
select case when m.kind = 'photo' then m.address else m.preview_address end as address, c.crop, c.masks, m.kind <> 'photo' as is_of_video
from clue_card c join media_item m on m.id = c.media_item_id where c.id = :card and c.state = 'making'
