-- Media that were read and whose text was not looked for, the first that came first. What need not be read is not.
select m.id, m.operation_id from media_item m join operation o on o.id = m.operation_id
where m.state = 'read' and m.register_entry_id is null and m.kind in ('photo', 'video') and o.state <> 'closed'
  and not exists (select 1 from text_reading t where t.media_item_id = m.id)
  and not exists (select 1 from job j where j.kind = 'read_text' and j.subject_id = m.id)
  and not m.unseen @> '{known}'
order by m.received_at limit :most
