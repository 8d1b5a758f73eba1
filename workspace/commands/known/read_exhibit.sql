-- The media of an exhibit that were not read because of a list wait again.
update media_item m set state = 'waiting', unseen = '{}'
where m.state = 'read' and m.unseen = '{known}'
  and exists (select 1 from received_file f where f.exhibit_id = :exhibit and f.media_item_id = m.id)
returning m.id, m.kind
