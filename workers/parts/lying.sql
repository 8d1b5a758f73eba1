-- Where media lie now, whose they are, and their clean pictures.
select m.id, m.compartment_id, c.agency_id, m.sha256, m.pdq, m.preview_address from media_item m join compartment c on c.id = m.compartment_id
where m.id = any (cast(:media as uuid[])) and m.state = 'read' and m.preview_address is not null
