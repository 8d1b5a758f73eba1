-- The leads of an entry that the viewer sees, those furthest on first, each with whom and what it compares the entry with, as far as the
-- viewer opens it, and what was stated of the child there.
select l.id, l.number, l.kind, l.stage, l.countries, l.basis_ended, p.number as person, p.age_band, c.country as person_country,
  s.number as series, m.captured_at, x.label as exhibit,
  (select t.stage from visible_standing(l.operation_id, cast(:stages as text[])) t where t.lead_id = l.id
   order by array_position(cast(:stages as text[]), t.stage) limit 1) as standing
from lead_evidence v join lead l on l.id = v.lead_id
left join lead_evidence o on o.lead_id = l.id and o.side <> v.side
left join person p on p.id = o.person_id left join compartment_with_agency c on c.id = p.compartment_id
left join series s on s.id = p.series_id left join media_item m on m.id = o.media_item_id left join exhibit x on x.id = o.exhibit_id
where v.register_entry_id = :entry
order by array_position(array['outcome', 'referred', 'verified', 'assessed', 'open', 'parked'], l.stage) nulls last, l.number
