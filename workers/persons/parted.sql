-- Persons of a compartment of whom people said that two faces of one medium are two: no two faces of a picture are joined to them.
select unnest(array[a.person_id, a.other_id, f.person_id, g.person_id])
from person_act a join face f on f.id = a.face_id join face g on g.id = a.other_face_id and g.media_item_id = f.media_item_id
where a.compartment_id = :compartment and not a.is_same and a.undone_at is null
