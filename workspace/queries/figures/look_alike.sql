-- Pairs of different contents that look alike, by their SHA-256.
select a.sha256 as one, b.sha256 as other from near_copy n
join media_item a on a.id = n.media_item_id join media_item b on b.id = n.like_id
where n.operation_id = :operation and a.sha256 <> b.sha256 and a.state = 'read' and b.state = 'read'
  and a.register_entry_id is null and b.register_entry_id is null;
