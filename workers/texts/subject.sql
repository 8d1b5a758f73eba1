-- A medium that was read and whose text was not looked for.
select m.id, m.kind, m.address from media_item m
where m.id = :media and m.state = 'read' and m.kind in ('photo', 'video') and m.register_entry_id is null
  and not exists (select 1 from text_reading t where t.media_item_id = m.id)
