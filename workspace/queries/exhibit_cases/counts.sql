-- How many records of a case are contents of its exhibit, and how many contents it names. Contents are files that hold something; an archive
-- is none by itself, but for a record that names it.
with contents as materialized (
  select distinct m.id, m.md5, m.sha1, m.kind from received_file f join media_item m on m.id = f.media_item_id
  where f.exhibit_id = :exhibit and m.size_bytes > 0),
said as materialized (select r.md5, r.sha1 from exhibit_case_record r where r.case_no = :number),
matched as (
  select count(*)::int as usable, count(*) filter (where r.md5 in (select c.md5 from contents c)
    or r.sha1 in (select c.sha1 from contents c))::int as matched from said r),
named as (
  select count(*)::int as contents, count(*) filter (where c.md5 in (select r.md5 from said r where r.md5 is not null)
    or c.sha1 in (select r.sha1 from said r where r.sha1 is not null))::int as named from contents c where c.kind <> 'archive')
select m.usable, m.matched, n.contents, n.named from matched m cross join named n
