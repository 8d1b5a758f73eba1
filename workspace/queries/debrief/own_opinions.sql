-- The viewer's own opinions beside the truth: row-level security leaves nobody else's.
select a.lead_id, l.number, a.opinion, d.is_same from debrief_opinion d
join assessment a on a.id = d.assessment_id join lead l on l.id = a.lead_id
where d.operation_id = :operation order by l.number, a.signed_at;
