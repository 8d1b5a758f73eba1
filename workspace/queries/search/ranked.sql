-- The faces nearest to the probe: the best of each person or entry stays. Entries that are not looked for any more, those of registers whose
-- stated retention is over, pairs whose lead withholds a score, and copies of their photographs, are taken out before the cut. next_score: of
-- the one behind. of, above: how many there are, and how many of them reach the threshold of a lead. «offset 0»: asked face by face of those
-- that are near, whatever the planner takes their number for: it would else join all faces of the operation.
with best as materialized (
  select distinct on (s.other) s.other, s.face_id, 1 - s.distance as score
  from faces_compared_with(:probe, cast(:sets as text[]), cast(:among as uuid[])) s
  where s.other <> all (:without) and 1 - s.distance >= :floor
    and (not cast(:is_narrowed as boolean) or (
      select true from described_face d left join media_item m on m.id = d.media_item_id
      where d.id = s.face_id
        and (cast(:countries as text[]) is null or d.country = any (:countries))
        and (cast(:exhibit as uuid) is null
          or exists (select 1 from received_file r where r.media_item_id = d.media_item_id and r.exhibit_id = :exhibit))
        and (cast(:seen_from as date) is null or coalesce(d.missing_since::text, left(d.captured_at, 10)) >= cast(:seen_from as date)::text)
        and (cast(:seen_to as date) is null or coalesce(d.missing_since::text, left(d.captured_at, 10)) <= cast(:seen_to as date)::text)
        and (cast(:quality as text[]) is null or d.quality_word = any (:quality))
        and (cast(:age as text[]) is null or coalesce(d.age_band, age_band_on(d.date_of_birth, d.missing_since)) is null
          or coalesce(d.age_band, age_band_on(d.date_of_birth, d.missing_since)) = any (:age))
        and (cast(:place as text) is null or m.latitude is not null and (coalesce(m.place_country, 'sea') = :place or m.place_region = :place))
      offset 0))
  order by s.other, s.distance, s.face_id),
ranked as materialized (
  select b.*, f.agency_id = (select my_agency()) as is_own, lead(b.score) over (order by b.score desc, b.other) as next_score, count(*) over () as of,
    count(*) filter (where b.score >= :lead) over () as above
  from best b cross join lateral (
    select f.embedding, c.agency_id, coalesce(n.is_closed, false) as is_closed, exists (
      select 1 from register g join operation o on o.id = g.operation_id
      where g.id = n.register_id and g.retain_until < (now() at time zone o.time_zone)::date) as is_over
    from face f join compartment_with_agency c on c.id = f.compartment_id
    left join register_entry n on n.id = f.register_entry_id
    where f.id = b.face_id offset 0) f
  where not f.is_closed and not f.is_over
    and not exists (select 1 from face w where w.id = any (:withheld) and f.embedding <=> w.embedding <= one_photograph())
  order by b.score desc, b.other limit :most)
select r.other, r.face_id, r.score, d.quality_word, d.country, d.person_number, r.is_own, d.age_band, d.entry_number, d.date_of_birth, d.missing_since,
  d.captured_at, r.next_score, r.of, r.above
from ranked r cross join lateral (select * from described_face d where d.id = r.face_id offset 0) d
order by r.score desc, r.other;
