-- Cards of the room that show a part of a picture: of all of them, or of one content.
select c.id, c.lead_id, c.operation_id from clue_card c join media_item m on m.id = c.media_item_id
where c.state = 'shown' and (cast(:media as uuid) is null or (m.operation_id, m.sha256) = (
  select operation_id, sha256 from media_item where id = cast(:media as uuid)))
order by c.id
