-- The media that show persons of a series and that the viewer may see: the newest as the files say first, with how many there are.
select m.id, m.kind, m.captured_at, count(*) over ()::int as of
from media_item m where m.id in (select f.media_item_id from person p join face f on f.person_id = p.id where p.series_id = :series)
order by m.captured_at desc nulls last, m.id limit :most
