-- The faces nearest to the probe: every face is compared, and the best of each person or entry stays. Entries that are not looked for
-- any more, pairs whose lead withholds a score, and copies of their photographs, are taken out before the cut. of,
-- above: how many there are, and how many of them reach the threshold of a lead.
with best as (
  select distinct on (other) other, face_id, 1 - distance as score
  from faces_compared_with(:probe) where other <> all (:without)
  order by other, distance, face_id)
select b.other, b.face_id, b.score, d.quality_word, d.country, d.person_number, d.age_band, d.entry_number, d.date_of_birth,
  d.missing_since, d.captured_at, count(*) over () as of,
  count(*) filter (where b.score >= :lead) over () as above
from best b join described_face d on d.id = b.face_id join face f on f.id = b.face_id
where b.score >= :floor and not coalesce(d.is_closed, false)
  and not exists (select 1 from face w where w.id = any (:withheld) and f.embedding <=> w.embedding <= one_photograph())
order by b.score desc, b.other limit :most;
