-- The lists of known material that the viewer may see, with how many of the viewer's files each names.
select l.id, l.name, l.source, l.meaning, l.skips, a.country, a.name as agency, c.sharing, l.retain_until, u.name as brought_by, l.brought_at,
  l.hashes, coalesce(k.files, 0) as files, c.agency_id = (select my_agency()) as is_own
from known_list l join compartment c on c.id = l.compartment_id join agency a on a.id = c.agency_id join app_user u on u.id = l.brought_by
left join (select list_no, count(*)::int as files from known_media where operation_id = :operation group by 1) k on k.list_no = l.number
where l.operation_id = :operation and l.removed_at is null order by l.name, l.number
