-- Read media of a country in which faces were not looked for wait to be read anew.
update media_item set state = 'waiting', read_at = null, faces_sought = true
where state = 'read' and not faces_sought and compartment_id in (select compartments_of(:operation, :country))
returning id
