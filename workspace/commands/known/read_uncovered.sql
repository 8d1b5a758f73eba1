-- Media that were not read because of a list, where none says so any more: they wait again.
update media_item m set state = 'waiting', unseen = '{}'
where m.operation_id = :operation and m.state = 'read' and m.unseen = '{known}'
  and not exists (select 1 from known_media k join known_list l on l.number = k.list_no and l.removed_at is null
    join compartment mine on mine.id = m.compartment_id join compartment own on own.id = l.compartment_id
    where k.media_item_id = m.id and k.distance is null and l.skips and own.agency_id = mine.agency_id
      and (own.sharing = 'operation' or own.id = mine.id))
returning m.id
