-- A drawn box that waits to be described, with its medium.
select a.id, a.media_item_id, a.operation_id, a.compartment_id, c.country, m.address, a.region as box
from face_act a join media_item m on m.id = a.media_item_id join compartment_with_agency c on c.id = a.compartment_id
where a.id = :act and a.what = 'drawn' and a.state = 'waiting'
