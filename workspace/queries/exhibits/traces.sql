-- The cameras, lenses and documents of an exhibit's files that other files of its agency's exhibits have too. Copies of files here say nothing new. Of
-- documents, of which every file may have its own, one line per exhibit.
with own as materialized (  -- the locks of its agency: other agencies' media are not read
  select k.id from exhibit e join compartment c on c.id = e.compartment_id join compartment k on k.operation_id = c.operation_id and k.agency_id = c.agency_id
  where e.id = :exhibit),
here as materialized (
  select distinct m.sha256, m.camera_key, m.lens_key, m.document_key, concat_ws(' ', m.camera_make, m.camera_model, m.camera_serial) as camera,
    concat_ws(' ', m.lens_make, m.lens_model, m.lens_serial) as lens
  from received_file f join media_item m on m.id = f.media_item_id where f.exhibit_id = :exhibit),
found as (
  select 'camera_serial' as kind, m.camera_key as key, k.named, m.id, m.sha256,
    null as document_key
  from (select camera_key, min(camera) as named from here where camera_key is not null group by 1) k
  cross join own o join media_item m on m.compartment_id = o.id and m.camera_key = k.camera_key and m.register_entry_id is null
  union all
  select 'lens_serial', m.lens_key, k.named, m.id, m.sha256, null
  from (select lens_key, min(lens) as named from here where lens_key is not null group by 1) k
  cross join own o join media_item m on m.compartment_id = o.id and m.lens_key = k.lens_key and m.register_entry_id is null
  union all
  select 'document_id', null, null, m.id, m.sha256, m.document_key
  from (select distinct document_key from here where document_key is not null) k
  cross join own o join media_item m on m.compartment_id = o.id and m.document_key = k.document_key and m.register_entry_id is null),
other as materialized (select x.id, x.label from exhibit x where x.compartment_id in (select id from own) and x.id <> :exhibit),
placed as materialized (
  select t.kind, t.key, t.named, t.id, t.document_key, f.exhibit_id
  from found t cross join lateral (select f.exhibit_id from received_file f where f.media_item_id = t.id offset 0) f
  where t.sha256 not in (select sha256 from here))
select t.kind, case count(distinct t.document_key) when 1 then min(t.document_key) else t.key end as key, min(t.named) as named, e.id as exhibit_id, e.label as exhibit, count(distinct t.id)::int as media,
  count(*) over ()::int as of
from placed t join other e on e.id = t.exhibit_id
group by t.kind, t.key, e.id, e.label
order by t.kind, count(distinct t.id) desc, e.label, t.key
limit :most
