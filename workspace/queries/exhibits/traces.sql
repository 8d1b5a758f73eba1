-- The cameras, lenses and documents of an exhibit's files that other files of its agency's exhibits have too. Copies of files here say nothing new. Of
-- documents, of which every file may have its own, one line per exhibit. Found along indexes that hold the keys; a file's own words for a camera or lens are
-- read for the lines that are shown.
with own as materialized (  -- the locks of its agency: other agencies' media are not read
  select k.id from exhibit e join compartment c on c.id = e.compartment_id join compartment k on k.operation_id = c.operation_id and k.agency_id = c.agency_id
  where e.id = :exhibit),
file as materialized (select distinct f.media_item_id as id from received_file f where f.exhibit_id = :exhibit and f.media_item_id is not null),
traced as materialized (
  select 'camera_serial' as kind, m.camera_key as key, m.id, m.sha256
  from own o join media_item m on m.compartment_id = o.id where m.camera_key is not null and m.register_entry_id is null
  union all
  select 'lens_serial', m.lens_key, m.id, m.sha256
  from own o join media_item m on m.compartment_id = o.id where m.lens_key is not null and m.register_entry_id is null
  union all
  select 'document_id', m.document_key, m.id, m.sha256
  from own o join media_item m on m.compartment_id = o.id where m.document_key is not null and m.register_entry_id is null),
here as materialized (select t.kind, t.key, t.id, t.sha256 from traced t where t.id in (select id from file)),
of_here as materialized (select h.kind, h.key, array_agg(h.id) as media from here h group by h.kind, h.key),
found as materialized (  -- a copy has the traces of what it is a copy of
  select t.kind, t.key, t.id from traced t join of_here h on h.kind = t.kind and h.key = t.key where t.sha256 not in (select sha256 from here)),
other as materialized (select x.id, x.label from exhibit x where x.compartment_id in (select id from own) and x.id <> :exhibit),
elsewhere as materialized (  -- once for each exhibit, in the order of an index
  select e.id as exhibit_id, e.label, f.id from other e cross join lateral (
    select distinct r.media_item_id as id from received_file r where r.exhibit_id = e.id and r.media_item_id is not null offset 0) f),
line as (
  select t.kind, case when t.kind <> 'document_id' or min(t.key) = max(t.key) then min(t.key) end as key, e.exhibit_id, e.label as exhibit,
    count(*)::int as media, count(*) over ()::int as of
  from elsewhere e join found t on t.id = e.id
  group by t.kind, case when t.kind <> 'document_id' then t.key end, e.exhibit_id, e.label
  order by t.kind, count(*) desc, e.label, case when t.kind <> 'document_id' then t.key end
  limit :most)
select l.kind, l.key, case l.kind when 'camera_serial' then (
    select min(concat_ws(' ', m.camera_make, m.camera_model, m.camera_serial)) from of_here h join media_item m on m.id = any (h.media)
    where h.kind = l.kind and h.key = l.key)
  when 'lens_serial' then (
    select min(concat_ws(' ', m.lens_make, m.lens_model, m.lens_serial)) from of_here h join media_item m on m.id = any (h.media)
    where h.kind = l.kind and h.key = l.key) end as named, l.exhibit_id, l.exhibit, l.media, l.of
from line l
order by l.kind, l.media desc, l.exhibit, case when l.kind <> 'document_id' then l.key end
