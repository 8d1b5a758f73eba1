-- What was stated of the child and holds, the furthest first; by whom, when and on which lead, where the viewer may see it.
select distinct s.stage, f.id as lead_id, f.number as lead, a.country, o.stated_on, array_position(cast(:stages as text[]), s.stage) as place
from lead_evidence v join visible_standing(v.operation_id, cast(:stages as text[])) s on s.lead_id = v.lead_id
left join lead f on f.id = s.from_lead
left join outcome o on o.id = s.outcome_id left join agency a on a.id = o.stated_by_agency_id
where v.register_entry_id = :entry order by place, o.stated_on
