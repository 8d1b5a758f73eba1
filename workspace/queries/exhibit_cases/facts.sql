-- A case of an exhibit of the viewer's agency, with the report of its import. is_standing: none came later. follows_grades: its numbers are
-- those of the table by which the owner's country grades.
select k.id, k.number, k.operation_id, k.exhibit_id, e.label as exhibit, k.name, k.scheme, t.name as table_name,
  k.scheme = 'own' or k.scheme = (select s.shipped from grade_table s where s.operation_id = k.operation_id and s.country = a.country
    order by s.ordinal desc limit 1) as follows_grades, k.version, k.region, k.is_case, k.address,
  encode(k.sha256, 'hex') as sha256, k.size_bytes, k.records, u.name as brought_by, k.brought_at,
  not exists (select 1 from exhibit_case t where t.exhibit_id = k.exhibit_id and t.number > k.number) as is_standing,
  coalesce(i.faults, '[]') as faults, coalesce(i.fault_count, 0) as fault_count, coalesce(i.remarks, '[]') as remarks
from exhibit_case k join exhibit e on e.id = k.exhibit_id join compartment c on c.id = e.compartment_id join agency a on a.id = c.agency_id join app_user u on u.id = k.brought_by
left join grade_table t on t.id = k.table_id left join register_import i on i.case_id = k.id
where k.id = :case
