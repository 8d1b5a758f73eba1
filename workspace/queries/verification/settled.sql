-- What two people have settled of a chain, with who they are.
select d.id, d.name, d.key, d.found_seq, d.reason, s.name || ' (' || s.country || ')' as seen_by,
  c.name || ' (' || c.country || ')' as confirmed_by
from difference d join user_with_country s on s.id = d.seen_by join user_with_country c on c.id = d.confirmed_by
where d.operation_id = :operation and d.confirmed_at is not null
