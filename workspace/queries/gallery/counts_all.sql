-- The same of all media, of these countries: how many there are is added up, and only what somebody looked at or marked is read.
with own as materialized (select gallery_keys(:operation, cast(:countries as text[])) as ids),
seen as materialized (select distinct s as sha256 from seen_contents(:operation) s),
judged as materialized (select distinct j as sha256 from judged_contents(:operation, null) j where j not in (select sha256 from seen)),
figure as materialized (
  select k.what, k.number from material_count k where k.operation_id = :operation and k.subject is null
    and k.compartment_id = any ((select ids from own)::int[]) and k.what in ('read', 'waiting', 'refused'))
select (select coalesce(sum(number), 0) from figure)::int as media,
  (select count(*) from seen s join media_item m on m.sha256 = s.sha256
    where m.compartment_id = any ((select ids from own)::int[]) and m.register_entry_id is null and m.kind <> 'archive') as seen,
  (select count(*) from judged s join media_item m on m.sha256 = s.sha256
    where m.compartment_id = any ((select ids from own)::int[]) and m.register_entry_id is null and m.kind <> 'archive') as judged,
  (select coalesce(sum(number), 0) from figure where what = 'waiting')::int as unread
