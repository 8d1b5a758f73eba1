-- Where these media lie on the devices that the viewer may see, by exhibit and path; as many of each as asked.
select media_item_id, exhibit_id, exhibit, exhibit_kind, path, inside from (
  select f.media_item_id, f.exhibit_id, e.label as exhibit, e.kind as exhibit_kind, f.path, outer_file.path as inside,
    row_number() over (partition by f.media_item_id order by e.label, f.path collate "C", f.id) as place
  from received_file f join exhibit e on e.id = f.exhibit_id left join received_file outer_file on outer_file.id = f.inside
  where f.media_item_id = any (:media)) file
where place <= :most
order by media_item_id, place
