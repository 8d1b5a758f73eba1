-- Whom people said to be one, across two materials of the actor's agency, and whom to be two: as the faces lie now.
select a.is_same, x.person_id as one, y.person_id as other
from person_act a join compartment c on c.id = a.compartment_id join face x on x.id = a.face_id join face y on y.id = a.other_face_id
where a.operation_id = :operation and c.agency_id = (select my_agency()) and a.undone_at is null and (not a.is_same or a.other_compartment_id is not null)
  and x.person_id is not null and y.person_id is not null
