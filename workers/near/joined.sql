-- Which of these videos stand as near copies of one another.
select n.media_item_id as one, n.like_id as other from near_copy n
where n.media_item_id = any (cast(:media as uuid[])) and n.like_id = any (cast(:media as uuid[])) and n.percent is not null
