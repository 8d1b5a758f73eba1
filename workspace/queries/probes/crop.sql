-- Where the picture of a face is sealed that the viewer brought.
select p.operation_id, p.crops from probe_face f join probe p on p.id = f.probe_id
where f.id = :id and p.user_id = my_id() and p.keeps_until > now() and p.crops is not null
