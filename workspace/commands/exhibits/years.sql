-- The leads about faces and cameras of which no side is closed any more, with the days from which their years follow.
select l.id, e.missing_since, a.captured_at as earlier, coalesce(b.captured_at, a.captured_at) as later
from lead l
join lead_evidence one on one.lead_id = l.id and one.side = 1 join media_item a on a.id = one.media_item_id
join lead_evidence two on two.lead_id = l.id and two.side = 2
left join register_entry e on e.id = two.register_entry_id
left join media_item b on b.id = two.media_item_id and e.id is null
where :lock = any (l.locks) and l.age_gap_years is null and l.kind in ('register_match', 'same_face', 'camera_serial', 'lens_serial', 'document_id')
  and not exists (select 1 from compartment c where c.id = any (l.locks) and c.sharing <> 'operation')
