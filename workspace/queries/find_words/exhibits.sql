-- Exhibits whose label or case reference holds the words, with how many there are.
select label, country as detail, null::uuid as lead_id, null::uuid as face_id,
  count(*) over () as of from exhibit
where operation_id = :operation and find_key like :like order by label limit :most
