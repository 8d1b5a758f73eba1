-- What is known by a list is computed anew. Answers the media that it called of no interest.
delete from known_media where list_no = :list returning case when meaning = 'irrelevant' then media_item_id end as id
