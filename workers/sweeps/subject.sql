-- A medium that is to be looked at again.
select w.id, w.operation_id, w.compartment_id, w.country, w.kind, w.address, w.duration_s,
  coalesce((select s.cuts_s from film_strip s where s.media_item_id = w.id), '{}') as cuts_s
from medium_to_sweep w where w.id = :media
