-- Persons of the viewer's agency's other materials that may be a person, the most alike first, each with its best face and the exhibits on
-- which it is seen; left out is of whom people said whether they are one. Those with whom a lead withholds its score stand behind
-- the others, by number: their place would tell it. `<#>` is the negative inner product.
with near as materialized (
    select me.id, other.id as other_id, other.number, other.face_count as faces, -(me.centroid <#> other.centroid) as mean
    from person me join person other on other.operation_id = me.operation_id and other.compartment_id <> me.compartment_id
      and other.model_digest = me.model_digest and other.merged_into is null and other.face_count > 0
    join compartment c on c.id = other.compartment_id and c.agency_id = (select my_agency())
    where me.id = :person and me.face_count > 0 and -(me.centroid <#> other.centroid) >= :alike)
select n.other_id as id, n.number, n.faces,
  (select f.id from face f where f.person_id = n.other_id order by f.quality desc, f.id limit 1) as face_id,
  array(select distinct e.label from face f join received_file r on r.media_item_id = f.media_item_id join exhibit e on e.id = r.exhibit_id
        where f.person_id = n.other_id order by e.label) as exhibits,
  count(*) over () as of
from near n
where n.other_id <> all (cast(:gathered as uuid[])) and not exists (
    select 1 from person_act a join face x on x.id = a.face_id join face y on y.id = a.other_face_id
    where not a.is_same and a.undone_at is null and (x.person_id, y.person_id) in ((n.id, n.other_id), (n.other_id, n.id)))
order by case when not likeness_is_withheld(:person, n.other_id) then n.mean end desc nulls last, n.number limit :most
