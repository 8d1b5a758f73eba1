-- The register entries that resemble these persons, of the faces that are likely to, of each register each person's best first; pairs that examiners rejected take no place, nor
-- do registers whose stated retention is over. Poor faces
-- make no match. `<#>` is the negative inner product, here the negative cosine.
with probe as (
    select f.id, f.media_item_id, f.embedding, f.person_id, f.compartment_id, f.operation_id, c.country
    from unnest(cast(:persons as uuid[])) as asked(id)
    cross join lateral best_faces(asked.id, :digest, :best) f
    join compartment_with_agency c on c.id = f.compartment_id),
  likely as materialized (
    select g.* from face g where g.id = any (cast(:faces as uuid[])) and g.register_entry_id is not null
      and g.model_digest = :digest and g.quality_word <> 'poor'),
  best as (
    select distinct on (p.person_id, g.register_entry_id) g.register_entry_id as entry_id, e.register_id, g.id as candidate_id,
      g.media_item_id as candidate_media_id, g.compartment_id as entry_compartment_id, p.id as probe_id,
      p.media_item_id as probe_media_id, p.person_id, p.compartment_id, p.operation_id, p.country,
      -(g.embedding <#> p.embedding) as score
    from probe p
    join likely g on g.operation_id = p.operation_id
    join register_entry e on e.id = g.register_entry_id and not e.is_closed
    join register r on r.id = e.register_id
    join operation o on o.id = p.operation_id
      and (r.retain_until is null or r.retain_until >= (now() at time zone o.time_zone)::date)
    where -(g.embedding <#> p.embedding) >= :threshold
    order by p.person_id, g.register_entry_id, score desc, g.id),
  ranked as (
    select *, row_number() over (partition by person_id, register_id order by score desc, entry_id) as rank from best
    where not exists (
      select 1 from lead l where l.operation_id = best.operation_id and l.stage = 'rejected'
        and l.pair_key = pair_key_of_faces(person_id, entry_id)))
select b.*, e.date_of_birth, e.missing_since, r.retain_until, c.country as entry_country, m.captured_at,
  first_exhibit(b.probe_media_id) as probe_exhibit_id
from ranked b
join register_entry e on e.id = b.entry_id join register r on r.id = e.register_id
join compartment_with_agency c on c.id = b.entry_compartment_id
join media_item m on m.id = b.probe_media_id
where b.rank <= :top
order by b.person_id, b.rank, b.score desc, b.entry_id
