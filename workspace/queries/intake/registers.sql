-- The registers with their figures, by country and name. Numbers that differ in spelling alone are looked for where an entry came with one.
select g.id, g.name, g.country, g.legal_source, u.name as attested_by, g.attested_at, g.retain_until, g.handling_code, g.name_key is null as is_double,
  f.entries, f.closed, f.portraits, f.read, f.refused, f.faces,
  case when f.doubles > 0 then array(select string_agg(e.number, ' = ' order by e.created_at, e.number) from register_entry e where e.register_id = g.id
    group by e.number_key having count(*) > 1 order by 1) else '{}' end as doubles
from register g join app_user u on u.id = g.attested_by
cross join lateral (
  select coalesce(sum(number) filter (where what = 'entry'), 0)::int as entries, coalesce(sum(number) filter (where what = 'closed'), 0)::int as closed,
    coalesce(sum(number) filter (where what in ('read', 'refused', 'waiting')), 0)::int as portraits,
    coalesce(sum(number) filter (where what = 'read'), 0)::int as read, coalesce(sum(number) filter (where what = 'refused'), 0)::int as refused,
    coalesce(sum(number) filter (where what = 'faces'), 0)::int as faces, coalesce(sum(number) filter (where what = 'double'), 0) as doubles
  from material_count k where k.subject = g.id) f
where g.operation_id = :operation order by g.country, g.name
