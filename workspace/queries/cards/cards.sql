-- The cards that the viewer may see: those of the room, and of clues that the viewer opens those before and after that too. What was answered
-- is counted by country.
select c.id, c.number, c.what, c.question, c.asked, c.owner_country, c.maker_country, c.handling_code, c.state, c.made_at, c.checked_at,
  c.address is not null as has_picture, c.width, c.height, c.result, c.country, coalesce(g.name, c.region_code) as region_name, c.refusal,
  l.id as lead_id, l.number as lead_number, c.made_by = (select my_id()) as is_mine, c.locks && (select my_keys()) as opens_clue,
  c.state = 'withdrawn' and exists (select 1 from event v where v.lead_id = c.lead_id and v.kind = 'card:outdated'
    and v.payload->>'card' = c.id::text) as is_outdated,
  coalesce(a.tips, '{}') as tips, coalesce(a.not_here, '{}') as not_here, coalesce(a.is_answered, false) as is_answered
from clue_card c left join lead l on l.id = c.lead_id left join region g on g.code = c.region_code
left join (
  select card_id, array_agg(country order by said_at) filter (where what = 'tip') as tips,
    array_agg(distinct country) filter (where what = 'not_here') as not_here, bool_or(agency_id = (select my_agency())) as is_answered
  from card_answer where withdrawn_at is null group by card_id) a on a.card_id = c.id
where (cast(:operation as int) is null or c.operation_id = :operation) and (cast(:card as uuid) is null or c.id = :card)
  and (cast(:lead as uuid) is null or c.lead_id = :lead) and (c.state <> 'withdrawn' or cast(:card as uuid) is not null)
order by c.number desc
