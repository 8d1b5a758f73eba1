-- Whether an act on persons that stands names a face, or one of its track.
select exists (
  select 1 from person_act a, face named join face f on f.id = named.id or f.track_id = named.track_id
  where named.id = :face and a.undone_at is null and (f.id in (a.face_id, a.other_face_id) or f.id = any (a.faces)))
