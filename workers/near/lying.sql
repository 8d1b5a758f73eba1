-- Where media lie now, and whose they are.
select m.id, m.compartment_id, c.agency_id, m.sha256 from media_item m join compartment c on c.id = m.compartment_id
where m.id = any (cast(:media as uuid[])) and m.state = 'read'
