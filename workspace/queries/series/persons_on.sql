-- Numbers of the persons on exhibits with these labels that stand in no series, the most often shown first.
select p.number from person p where p.operation_id = :operation and p.series_id is null and exists (
  select 1 from face f join received_file r on r.media_item_id = f.media_item_id join exhibit x on x.id = r.exhibit_id
  where f.person_id = p.id and x.label = any (:labels))
order by p.face_count desc, p.number limit :most
