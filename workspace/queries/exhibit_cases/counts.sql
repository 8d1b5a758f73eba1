-- How many records of a case have a usable hash, and how many contents its exhibit has. Contents are files that hold something; an archive
-- is none by itself.
select (select count(*)::int from exhibit_case_record r where r.case_no = :number) as usable,
  (select count(distinct m.id)::int from received_file f join media_item m on m.id = f.media_item_id
   where f.exhibit_id = :exhibit and m.size_bytes > 0 and m.kind <> 'archive') as contents
