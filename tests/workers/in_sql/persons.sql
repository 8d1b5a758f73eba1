-- The persons of other compartments that resemble these persons, each person's best first; pairs that examiners rejected take no
-- place. Persons whose means are far apart are not compared face by face. `<#>` is the negative inner product, here the negative cosine.
with probe as (
    select f.id, f.media_item_id, f.embedding, f.person_id, f.compartment_id, f.operation_id, c.country
    from unnest(cast(:persons as uuid[])) as asked(id)
    cross join lateral best_faces(asked.id, :digest, :best) f
    join compartment_with_agency c on c.id = f.compartment_id),
  near as (
    select me.id as me_id, o.id, o.compartment_id, c.country
    from person me
    join person o on o.operation_id = me.operation_id and o.model_digest = :digest and o.id <> me.id
    join compartment_with_agency c on c.id = o.compartment_id
    where me.id = any (cast(:persons as uuid[])) and me.model_digest = :digest
      and o.compartment_id <> me.compartment_id and -(o.centroid <#> me.centroid) >= :mean),
  candidate as (
    select n.me_id, n.id as other_id, n.compartment_id as other_compartment_id, n.country as other_country,
      f.id as candidate_id, f.media_item_id as candidate_media_id, f.embedding
    from near n cross join lateral best_faces(n.id, :digest, :best) f),
  best as (
    select distinct on (p.person_id, g.other_id) g.other_id, g.other_compartment_id, g.other_country, g.candidate_id,
      g.candidate_media_id, p.id as probe_id, p.media_item_id as probe_media_id, p.person_id, p.compartment_id,
      p.operation_id, p.country, -(g.embedding <#> p.embedding) as score
    from probe p join candidate g on g.me_id = p.person_id
    where -(g.embedding <#> p.embedding) >= :threshold
    order by p.person_id, g.other_id, score desc, g.candidate_id),
  ranked as (
    select *, row_number() over (partition by person_id order by score desc, other_id) as rank from best
    where not exists (
      select 1 from lead l where l.operation_id = best.operation_id and l.stage = 'rejected'
        and l.pair_key = pair_key_of_faces(person_id, other_id)))
select b.*, m.captured_at, o.captured_at as other_captured_at, first_exhibit(b.probe_media_id) as probe_exhibit_id,
  first_exhibit(b.candidate_media_id) as candidate_exhibit_id
from ranked b
join media_item m on m.id = b.probe_media_id
join media_item o on o.id = b.candidate_media_id
where b.rank <= :top
order by b.person_id, b.rank
