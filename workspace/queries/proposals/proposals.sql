-- Proposals that the viewer's agency made or answers, those that wait first, then the latest; of one item if asked. item: what it is called.
select p.id, p.kind, p.what, p.value, p.on_day, p.reference, p.words, p.proposed_at, p.played_by, p.answer, p.reason, p.answered_at,
  u.id as user_id, u.name, u.country, (select w.name from app_user w where w.id = p.answered_by) as answered_by,
  c.agency_id = (select my_agency()) as is_ours, p.agency_id = (select my_agency()) as is_mine, o.country as owner,
  p.media_item_id as medium_id, p.exhibit_id, p.register_entry_id as entry_id, s.number as series, n.number as person,
  coalesce(x.label, e.number, file.label) as item,
  (select k->>'label' from grade_table t cross join jsonb_array_elements(t.categories) k
   where p.kind = 'grade' and t.operation_id = p.operation_id and t.country = o.country and k->>'number' = p.value
   order by t.ordinal desc limit 1) as label
from proposal p join user_with_country u on u.id = p.proposed_by join compartment_with_agency c on c.id = p.compartment_id
join agency o on o.id = c.agency_id
left join exhibit x on x.id = p.exhibit_id left join register_entry e on e.id = p.register_entry_id left join person n on n.id = p.person_id
left join series s on s.id = p.series_id
left join lateral (select r.label from received_file f join exhibit r on r.id = f.exhibit_id where f.media_item_id = p.media_item_id
  order by r.label limit 1) file on true
where p.operation_id = :operation
  and (cast(:item as uuid) is null or :item in (p.media_item_id, p.person_id, p.exhibit_id, p.register_entry_id))
order by p.answer is not null, p.ordinal desc limit :one_more
