-- What was said of the viewer's own persons and holds, the latest first, with how many there are.
select a.id, a.is_same, a.other_compartment_id is not null as is_across, cardinality(a.faces) as faces, p.number, o.number as other_number, u.name as by, a.decided_at as at, count(*) over () as of
from person_act a join person p on p.id = a.person_id join person o on o.id = a.other_id join app_user u on u.id = a.decided_by
join compartment c on c.id = a.compartment_id
where a.operation_id = :operation and a.undone_at is null and c.agency_id = (select my_agency())
order by a.decided_at desc, a.id limit :most
