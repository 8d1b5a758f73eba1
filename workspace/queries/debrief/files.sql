-- What became of each file of the truth whose exhibit came. Who is shown in a file is known by the file's path on its device.
select t.identity, a.country, m.id as media_id,
  case when m.state = 'read' then 'read' when f.refusal is not null or m.state = 'refused' then 'refused' else 'not_taken_in' end as state
from exercise_shown t
join exhibit x on x.operation_id = t.operation_id and x.label = t.exhibit_label
join compartment c on c.id = x.compartment_id join agency a on a.id = c.agency_id
left join received_file f on f.exhibit_id = x.id and f.path = t.device_path
left join media_item m on m.id = f.media_item_id
where t.operation_id = :operation;
