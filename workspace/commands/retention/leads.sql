-- The undecided leads of a register's entries, locked in one order; by_hand: people have set the priority.
select l.id, l.locks, l.priority, l.age_gap_years, e.date_of_birth, e.missing_since, m.captured_at, m.id is not null as is_seen,
  exists (select 1 from compartment c where c.id = any (l.locks) and c.sharing <> 'operation') as is_closed,
  exists (select 1 from event h where h.lead_id = l.id and h.kind in ('lead:marked_urgent', 'lead:prioritised')) as by_hand
from register_entry e join lead_evidence v on v.register_entry_id = e.id join lead l on l.id = v.lead_id
left join lead_evidence o on o.lead_id = l.id and o.side <> v.side left join media_item m on m.id = o.media_item_id
where e.register_id = :register and l.stage in ('open', 'assessed', 'parked') order by l.id for no key update of l
