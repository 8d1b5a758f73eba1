-- Other leads that share a person, a medium or an exhibit with this one: what speaks besides the face; with how many there are.
select *, count(*) over () as of from (select distinct l.id, l.number, l.kind, l.countries
from lead_evidence mine
join lead_evidence other on other.lead_id <> mine.lead_id
  and (other.person_id = mine.person_id or other.media_item_id = mine.media_item_id or other.exhibit_id = mine.exhibit_id)
join lead l on l.id = other.lead_id
where mine.lead_id = :lead and l.operation_id = mine.operation_id and l.kind = any (:kinds)) found
order by number limit :most
