-- The boxes of the faces that are known in the picture that a card is cut from, drawn ones that wait for a worker too: in the medium, and in
-- copies of its content that its owner shows to others or that lie with the clue. Another country's closed copy tells nothing.
-- Of a video the picture is its preview: its people are found by those two who look.
with copy as (
  select k.id from media_item m join media_item k on k.operation_id = m.operation_id and k.sha256 = m.sha256 and k.register_entry_id is null
  join compartment p on p.id = k.compartment_id
  where m.id = :media and (p.sharing = 'operation' or p.id = any (cast(:locks as int[]))))
select f.box, f.frame_width, f.frame_height, null as region from face f join copy on copy.id = f.media_item_id where f.at_s is null and f.part = 1
union all
select null, null, null, a.region from face_act a join copy on copy.id = a.media_item_id
where a.what = 'drawn' and a.state = 'waiting' and a.undone_at is null
