-- Who is shown in a medium, or in the media of a person's faces.
select i.id as media_item_id, s.identity
from media_item i join received_file f on f.media_item_id = i.id join exhibit x on x.id = f.exhibit_id
join exercise_shown s on s.operation_id = f.operation_id and s.exhibit_label = x.label and s.device_path = f.path
where i.id = :item or i.id in (select media_item_id from face where person_id = :person)
