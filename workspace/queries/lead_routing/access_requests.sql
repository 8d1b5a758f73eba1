-- Who asked to see closed material because of a lead, and what was answered, the oldest first.
select g.id, g.asked_at, g.reason, g.granted, g.scope, g.until,
  exists (select 1 from lead_evidence e where e.lead_id = g.lead_id and e.compartment_id = g.compartment_id
    and e.register_entry_id is not null) as is_register,
  coalesce(g.granted and (g.ended_at is not null or g.until <= now()), false) as is_over,
  coalesce(g.granted and g.ended_at is null and g.until > now(), false) as is_running,
  exists (select 1 from membership m join app_user l on l.id = m.user_id where m.operation_id = g.operation_id
    and l.agency_id = c.agency_id and l.disabled_at is null and m.role = 'country_lead' and holds_now(m)) as has_lead,
  g.answered_at is not null as is_answered, c.agency_id = (select my_agency()) as is_for_own_material,
  t.id as agency_id, t.name as agency, t.country as agency_country, u.id as user_id, u.name, u.country,
  g.played_by
from access_grant g join agency t on t.id = g.agency_id join user_with_country u on u.id = g.asked_by
join compartment c on c.id = g.compartment_id
where g.lead_id = :lead order by g.asked_at
