-- Add records to a case.
insert into exhibit_case_record (case_no, place, md5, sha1, category, stated, path)
select :case, r.place, r.md5, r.sha1, r.category, r.stated, r.path
from unnest(cast(:places as int[]), cast(:md5s as bytea[]), cast(:sha1s as bytea[]), cast(:categories as int[]), cast(:stated as text[]),
  cast(:paths as text[])) as r(place, md5, sha1, category, stated, path)
