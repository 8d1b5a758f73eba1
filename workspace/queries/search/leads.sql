-- The face leads of the probe's person or entry, and of those whose face is a copy of the probe's photograph, with the other side as far
-- as it is open; of a closed side only its country is known. alike: the distance up to which another face is taken for the probe's.
with copies as (
  select other from faces_compared_with(:probe, '{persons,register}', cast(:among as uuid[]))
  where distance <= coalesce(cast(:alike as float), one_photograph()))
select l.id, l.number, l.stage, l.holder_id, l.opinions, l.shown_band, score_is_open(l.id) as score_is_open,
  coalesce(e.person_id, e.register_entry_id) in (select other from copies) as is_copy, coalesce(o.person_id, o.register_entry_id) as other,
  d.id as face_id, d.quality_word, coalesce(d.country, array_to_string(array_remove(l.countries, e.country), ' · ')) as country,
  d.person_number, d.age_band, d.entry_number, d.date_of_birth, d.missing_since, d.captured_at
from lead_evidence e join lead l on l.id = e.lead_id and l.kind = any (:face_kinds)
left join lead_evidence o on o.lead_id = l.id and o.side <> e.side
left join described_face d on d.id = o.face_id
where e.operation_id = :operation and (e.person_id = cast(:person as uuid) or e.register_entry_id = cast(:entry as uuid)
  or coalesce(e.person_id, e.register_entry_id) in (select other from copies) and not exists (
    select 1 from lead_evidence x
    where x.lead_id = l.id and coalesce(x.person_id, x.register_entry_id) = coalesce(cast(:person as uuid), cast(:entry as uuid))))
order by l.number;
