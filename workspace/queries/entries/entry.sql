-- One entry with its register and its portraits, the best first.
select e.id, e.operation_id, e.register_id, g.name as register, g.country, e.number, e.label, e.sex,
  e.date_of_birth, e.missing_since, e.place, e.nationality, e.details, e.closed_as,
  c.agency_id = (select my_agency()) as is_own, now() as now, (select time_zone from operation where id = e.operation_id) as time_zone,
  array(select f.id from face f where f.register_entry_id = e.id order by f.quality desc, f.id) as portraits
from register_entry e join register g on g.id = e.register_id join compartment c on c.id = e.compartment_id
where e.id = :entry
