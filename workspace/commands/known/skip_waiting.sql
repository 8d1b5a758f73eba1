-- Media that wait need not be read where a list of their own agency names them by a digest and says so. Archives are opened all the
-- same: what they hold is not what they are. A closed list says nothing of shared media: «not read» would tell everybody of it.
update media_item m set state = 'read', unseen = '{known}'
where m.operation_id = :operation and m.state = 'waiting' and m.kind <> 'archive' and m.register_entry_id is null
  and exists (select 1 from known_media k join known_list l on l.number = k.list_no join compartment mine on mine.id = m.compartment_id
    join compartment own on own.id = l.compartment_id
    where k.media_item_id = m.id and k.list_no = :list and k.distance is null and l.skips and own.agency_id = mine.agency_id
      and (own.sharing = 'operation' or own.id = mine.id))
returning m.id
