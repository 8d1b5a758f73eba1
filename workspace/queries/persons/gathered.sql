-- Persons of other materials of one agency of whom people said that they are this person, by way of others too; each with its best face, and
-- the exhibits on which it is seen. An act across two materials is seen with both keys.
with recursive said as (
    select x.person_id as one, y.person_id as other
    from person_act a join face x on x.id = a.face_id join face y on y.id = a.other_face_id
    where a.operation_id = (select operation_id from person where id = :person)
      and a.is_same and a.undone_at is null and a.other_compartment_id is not null and x.person_id is not null and y.person_id is not null),
  link as (select one, other from said union select other, one from said),
  reach as (select cast(:person as uuid) as id union select l.other from reach r join link l on l.one = r.id)
select p.id, p.number, p.face_count as faces,
  (select f.id from face f where f.person_id = p.id order by f.quality desc, f.id limit 1) as face_id,
  array(select distinct e.label from face f join received_file r on r.media_item_id = f.media_item_id join exhibit e on e.id = r.exhibit_id
        where f.person_id = p.id order by e.label) as exhibits
from reach join person p on p.id = reach.id where p.id <> :person and p.merged_into is null order by p.number
