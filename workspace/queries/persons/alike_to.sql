-- Persons of the same compartment that may be a person, the most alike first, each with its best face; left out is who was said to be
-- another, and who is seen together with it, unless both faces are nearly the same. Those with whom a lead withholds its score stand behind
-- the others, by number: their place would tell it. `<#>` is the negative inner product.
with like_it as (
    select me.id, me.number, other.id as other_id, other.number as other_number, -(me.centroid <#> other.centroid) as mean
    from person me join person other on other.compartment_id = me.compartment_id and other.model_digest = me.model_digest
      and other.id <> me.id and other.merged_into is null and other.face_count > 0
    where me.id = :person and me.face_count > 0 and -(me.centroid <#> other.centroid) >= :alike),
  near as materialized (
    select id, number, other_id, other_number, case when not likeness_is_withheld(id, other_id) then mean end as mean from like_it)
select n.number, n.other_number,
  (select f.id from face f where f.person_id = n.id order by f.quality desc, f.id limit 1) as face_id,
  (select f.id from face f where f.person_id = n.other_id order by f.quality desc, f.id limit 1) as other_face_id,
  count(*) over () as of
from near n
where not exists (
    select 1 from person_act a join face x on x.id = a.face_id join face y on y.id = a.other_face_id
    where not a.is_same and a.undone_at is null and (x.person_id, y.person_id) in ((n.id, n.other_id), (n.other_id, n.id)))
  and (n.mean >= :same or not exists (
    select 1 from face x join face y on y.media_item_id = x.media_item_id
    where x.person_id = n.id and y.person_id = n.other_id and x.track_id is not distinct from y.track_id))
order by n.mean desc nulls last, n.other_number limit :most
