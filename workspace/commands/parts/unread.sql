-- Photos that were read and whose parts were not looked at, the first that came first.
select m.id, m.operation_id from media_item m join operation o on o.id = m.operation_id
where m.state = 'read' and m.kind = 'photo' and m.parts_hashed_in is null and m.register_entry_id is null and m.preview_address is not null
  and o.state <> 'closed' and not exists (select 1 from job j where j.kind = 'compare_parts' and j.subject_id = m.id)
order by m.received_at limit :most
