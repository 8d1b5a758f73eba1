-- The notes on a lead's pictures and sides that the viewer's keys open, the oldest first.
select n.id, coalesce(ev.side, 1) as side, n.face_id, n.region as box, n.note, n.version, n.changed_at, n.author_id = my_id() as mine,
  u.id as user_id, u.name, u.country, n.played_by
from annotation n join user_with_country u on u.id = n.author_id
left join lateral (
  select e.side from lead_evidence e where e.lead_id = n.lead_id and e.compartment_id = n.compartment_id
  order by (e.face_id = n.face_id) desc nulls last, e.side limit 1) ev on true
where n.lead_id = :lead and n.removed_at is null order by n.created_at
