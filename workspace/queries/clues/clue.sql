-- What a person noticed, with what two people say came of it.
select c.what, c.claim, c.region as box, c.at_s, c.until_s, c.opened_at, c.result, c.country, c.grounds, c.confirmed_at is not null as is_confirmed,
  s.number as series_number, s.label as series_label, u.id as user_id, u.name, u.country as user_country, c.played_by,
  c.stated_by = (select my_id()) as is_stated_by_me, c.region_code as region, coalesce(g.name, c.region_code) as region_name,
  c.region_confirmed_by is not null as is_region_confirmed, c.region_by = (select my_id()) as is_region_by_me
from clue c join user_with_country u on u.id = c.opened_by left join series s on s.id = c.series_id left join region g on g.code = c.region_code where c.lead_id = :lead
