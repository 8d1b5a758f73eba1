-- A register, and whether it is of the viewer's own agency.
select g.id, g.name, g.country, g.retain_until, c.agency_id = (select my_agency()) as is_own
from register g join compartment c on c.id = g.compartment_id where g.id = :register
