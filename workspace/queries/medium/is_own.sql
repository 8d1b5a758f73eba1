-- Whether a medium is of the viewer's own agency.
select c.agency_id = (select my_agency()) from media_item m join compartment c on c.id = m.compartment_id where m.id = :medium
