-- The other leads of the viewer that show an entry of a register or a person of this one, with how many there are. outcome: of several
-- statements the latest.
select l.id, l.number, l.kind, l.stage, l.countries, l.opinions, e.by_entry, o.stage as outcome, count(*) over () as of
from (
  select other.lead_id, bool_or(other.register_entry_id = mine.register_entry_id) is true as by_entry
  from lead_evidence mine join lead_evidence other on other.lead_id <> mine.lead_id
    and (other.register_entry_id = mine.register_entry_id or other.person_id = mine.person_id)
  where mine.lead_id = :lead group by other.lead_id) e
join lead l on l.id = e.lead_id
left join lateral (
  select stage from outcome where lead_id = l.id and revoked_at is null order by stage = 'V5' desc, recorded_at desc, id limit 1) o on true
where l.operation_id = :operation
order by l.number limit :most
