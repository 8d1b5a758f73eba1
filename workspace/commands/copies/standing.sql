-- The leads about copies on which one of these media stands, the first first, each with the agencies and compartments of its sides.
select l.id, l.stage, array_agg(distinct c.agency_id) as agencies, array_agg(distinct c.id) as compartments
from lead l join lead_evidence e on e.lead_id = l.id join compartment c on c.id = e.compartment_id
where l.operation_id = :operation and l.kind in ('same_file', 'near_copy')
  and l.id in (select s.lead_id from lead_evidence s where s.media_item_id = any (cast(:media as uuid[])))
group by l.id, l.stage, l.number order by l.number
