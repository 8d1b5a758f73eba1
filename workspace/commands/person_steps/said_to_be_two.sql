-- Whether an act that stands says so of two faces of theirs, whoever they belonged to then.
select 1 from person_act a join face x on x.id = a.face_id join face y on y.id = a.other_face_id
where not a.is_same and a.undone_at is null
  and (x.person_id, y.person_id) in ((:one, :other), (:other, :one)) limit 1
