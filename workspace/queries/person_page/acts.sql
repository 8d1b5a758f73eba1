-- What was said of a person's faces and stands, the latest first.
select a.id, a.is_same, a.other_compartment_id is not null as is_across, cardinality(a.faces) as faces, p.number, o.number as other_number, u.name as by, a.decided_at as at
from person_act a join person p on p.id = a.person_id join person o on o.id = a.other_id join app_user u on u.id = a.decided_by
where a.undone_at is null and exists (select 1 from face f where f.id in (a.face_id, a.other_face_id) and f.person_id = :person)
order by a.ordinal desc
