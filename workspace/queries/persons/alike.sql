-- Persons of the viewer's own agency that look like one person, the most alike first, each with its best face; is_across: they are in two
-- materials that are opened separately. Looked at are those with the most faces; a pair that somebody decided is left out, across materials by
-- way of others too, and so is one seen together in a picture unless both faces are nearly the same, as in a contact sheet. Those whose
-- likeness a lead withholds stand behind the others, by number: their place would tell it. `<#>` is the negative inner product, here the
-- negative mean cosine.
with recursive mine as (
    select p.* from person p join compartment c on c.id = p.compartment_id
    where p.operation_id = :operation and c.agency_id = (select my_agency()) and p.merged_into is null and p.face_count > 0
    order by p.face_count desc, p.number limit :looked_at),
  own as (select id from compartment where operation_id = :operation and agency_id = (select my_agency())),
  like_each_other as (
    select one.id, other.id as other_id, one.number, other.number as other_number, one.compartment_id <> other.compartment_id as is_across,
      -(one.centroid <#> other.centroid) as mean
    from mine one join person other on other.compartment_id in (select id from own) and other.model_digest = one.model_digest
      and other.merged_into is null and other.face_count > 0 and other.number > one.number
    where -(one.centroid <#> other.centroid) >= :alike
    union
    select other.id, one.id, other.number, one.number, one.compartment_id <> other.compartment_id, -(one.centroid <#> other.centroid)
    from mine one join person other on other.compartment_id in (select id from own) and other.model_digest = one.model_digest
      and other.merged_into is null and other.face_count > 0 and other.number < one.number
    where -(one.centroid <#> other.centroid) >= :alike),
  pair as materialized (
    select id, other_id, number, other_number, is_across, case when not likeness_is_withheld(id, other_id) then mean end as mean
    from like_each_other),
  said as (
    select x.person_id as one, y.person_id as other
    from person_act a join face x on x.id = a.face_id join face y on y.id = a.other_face_id
    where a.operation_id = :operation and a.is_same and a.undone_at is null and a.other_compartment_id is not null
      and x.person_id is not null and y.person_id is not null),
  link as (select one, other from said union select other, one from said),
  gathered as (select one as root, one as id from link union select r.root, l.other from gathered r join link l on l.one = r.id)
select number, other_number, is_across,
  (select f.id from face f where f.person_id = pair.id order by f.quality desc, f.id limit 1) as face_id,
  (select f.id from face f where f.person_id = pair.other_id order by f.quality desc, f.id limit 1) as other_face_id,
  count(*) over () as of
from pair
where not (is_across and exists (select 1 from gathered g where g.root = pair.id and g.id = pair.other_id))
  and not exists (
    select 1 from person_act a join face x on x.id = a.face_id join face y on y.id = a.other_face_id
    where not a.is_same and a.undone_at is null
      and (x.person_id, y.person_id) in ((pair.id, pair.other_id), (pair.other_id, pair.id)))
  and (mean >= :same or not exists (
    select 1 from face x join face y on y.media_item_id = x.media_item_id
    where x.person_id = pair.id and y.person_id = pair.other_id and x.track_id is not distinct from y.track_id))
order by mean desc nulls last, number, other_number limit :most
