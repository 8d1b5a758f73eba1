-- The leads about copies on which one of these media stands, the first first, each with its sides: agency, compartment and medium;
-- is_of_still: a photo stands beside a video.
select l.id, l.stage, array_agg(c.agency_id order by e.side) as agencies, array_agg(c.id order by e.side) as compartments,
  array_agg(e.media_item_id order by e.side) as media, count(distinct m.kind) > 1 as is_of_still
from lead l join lead_evidence e on e.lead_id = l.id join compartment c on c.id = e.compartment_id join media_item m on m.id = e.media_item_id
where l.operation_id = :operation and l.kind in ('same_file', 'near_copy')
  and l.id in (select s.lead_id from lead_evidence s where s.media_item_id = any (cast(:media as uuid[])))
group by l.id, l.stage, l.number order by l.number
