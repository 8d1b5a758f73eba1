-- A medium's operation and owner, and whether the viewer's agency's country owns it.
select m.id, m.operation_id, a.country, (select g.country from agency g where g.id = (select my_agency())) as mine
from media_item m join compartment c on c.id = m.compartment_id join agency a on a.id = c.agency_id
where m.id = :medium and m.register_entry_id is null
