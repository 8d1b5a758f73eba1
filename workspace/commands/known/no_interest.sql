-- The media that a list calls of no interest.
select media_item_id from known_media where list_no = :list and meaning = 'irrelevant'
