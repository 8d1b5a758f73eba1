-- The entries of a register after a number, whose number holds the given text.
select e.id, e.number, e.date_of_birth, e.missing_since, e.closed_as,
  (select count(*)::int from media_item m where m.register_entry_id = e.id) as portraits,
  (select count(*)::int from lead_evidence v where v.register_entry_id = e.id) as leads
from register_entry e
where e.register_id = :register and e.number > :after and strpos(e.find_key, :number) > 0
order by e.number limit :one_more
