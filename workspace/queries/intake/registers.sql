-- The registers with their figures, by country and name.
select g.id, g.name, g.country, g.legal_source, u.name as attested_by, g.attested_at, g.retain_until, g.handling_code, g.name_key is null as is_double,
  (select count(*)::int from register_entry e where e.register_id = g.id) as entries,
  (select count(*)::int from register_entry e where e.register_id = g.id and e.is_closed) as closed,
  count(m.id)::int as portraits, count(m.id) filter (where m.state = 'read')::int as read,
  count(m.id) filter (where m.state = 'refused')::int as refused,
  (select count(*)::int from face f join register_entry e on e.id = f.register_entry_id where e.register_id = g.id) as faces,
  array(select string_agg(e.number, ' = ' order by e.created_at, e.number) from register_entry e where e.register_id = g.id
    group by e.number_key having count(*) > 1 order by 1) as doubles
from register g join app_user u on u.id = g.attested_by
left join register_entry e on e.register_id = g.id left join media_item m on m.register_entry_id = e.id
where g.operation_id = :operation group by g.id, u.name order by g.country, g.name
