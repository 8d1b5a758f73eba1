-- The files of which regions are in force, with their countries.
select f.source, f.licence, f.imported_at, array_agg(distinct r.country order by r.country) as countries, count(*)::int as regions
from region_file f join region r on r.region_file_id = f.id group by f.id order by f.imported_at desc, f.id desc
