insert into governed (name, key, operation, fixed, once, free) values
('video_range', '{id}', 'operation_id', '{operation_id,media_item_id,from_ms,to_ms,note,said_by,played_by,said_at}', '{undone_at}',
  '{compartment_id}'),
('video_still', '{id}', 'operation_id', '{operation_id,media_item_id,frame,at_ms,stamp,taken_by,played_by,taken_at}', '{still_id,refusal}',
  '{compartment_id,state}');
select govern('video_range');
select govern('video_still');
