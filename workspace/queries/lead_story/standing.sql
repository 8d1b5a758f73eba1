-- What was stated of the child that a lead shows, the first of :stages first; by whom, when and on which lead, where the viewer may see it.
select s.stage, f.id as lead, f.number, s.from_lead = :lead as is_own, a.country, o.stated_on
from visible_standing(:operation, cast(:stages as text[])) s
left join lead f on f.id = s.from_lead
left join outcome o on o.id = s.outcome_id left join agency a on a.id = o.stated_by_agency_id
where s.lead_id = :lead
order by array_position(cast(:stages as text[]), s.stage), o.stated_on, s.outcome_id
