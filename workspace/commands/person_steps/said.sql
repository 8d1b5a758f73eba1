-- What was said of the persons of a compartment, in its order. ended: by a move of the material, not by somebody.
select a.id, a.is_same, a.face_id as face, a.other_face_id as other_face, a.person_id as person, a.other_id as other, a.faces,
  a.undone_at is null as stands, a.undone_at is not null and a.undone_by is null as ended
from person_act a where a.compartment_id = :compartment and a.other_compartment_id is null order by a.ordinal
