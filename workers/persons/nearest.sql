-- For each mean, the persons with the highest mean cosine (<#> is the negative inner product), and the number of the oldest transaction
-- that has not ended.
select array(
  select distinct near.id
  from unnest(cast(cast(:means as text[]) as halfvec[])) as q(mean) cross join lateral (
    select p.id from person p
    where p.compartment_id = :compartment and p.model_digest = :digest and p.centroid is not null
      and p.merged_into is null
    order by p.centroid <#> q.mean limit :most) near) as ids,
  pg_snapshot_xmin(pg_current_snapshot())::text::bigint as since
