-- Exhibits whose label or case reference holds the words.
select label, country as detail, null::uuid as lead_id, null::uuid as face_id from exhibit
where operation_id = :operation and (label ilike :like or case_reference ilike :like) order by label limit :most
