-- Whether somebody said of two faces of this content, in whatever material it lies, that they are two people.
select exists (
  select 1 from media_item own join media_item m on m.operation_id = own.operation_id and m.sha256 = own.sha256
  join face f on f.media_item_id = m.id join person_act a on a.face_id = f.id
  join face g on g.id = a.other_face_id and g.media_item_id = m.id
  where own.id = :media and not a.is_same and a.undone_at is null)
