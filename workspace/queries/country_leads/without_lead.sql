-- The countries with agencies here that nobody leads, with each proposal that stands.
select p.country, r.id as proposal, coalesce(u.name, r.name) as proposed, a.name as agency, b.name as proposed_by, b.country as proposed_by_country,
  r.proposed_at + :life as lapses_at
from participation p
left join country_lead_proposal r on r.operation_id = p.operation_id and r.country = p.country and r.confirmed_at is null
  and r.proposed_at > now() - :life
left join agency a on a.id = r.agency_id left join app_user u on u.id = r.user_id
left join user_with_country b on b.id = r.proposed_by
where p.operation_id = :operation
  and exists (select 1 from operation_agency o join agency g on g.id = o.agency_id
    where o.operation_id = p.operation_id and g.country = p.country)
  and not exists (select 1 from membership m join user_with_country l on l.id = m.user_id join app_user d on d.id = l.id
    where m.operation_id = p.operation_id and l.country = p.country and m.role = 'country_lead' and d.disabled_at is null
      and (m.ends_at is null or m.ends_at > now()))
order by p.country, r.proposed_at, r.id
