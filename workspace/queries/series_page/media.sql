-- The media of a series that the viewer may see, of its persons and placed by hand: the newest as the files say first, with how many there
-- are. is_placed: by hand, and of the viewer's own agency's material, so that he may take it out.
select m.id, m.kind, m.captured_at, own_material(m.compartment_id) and m.id in (
    select l.media_item_id from media_placed_in(:series) l) as is_placed, count(*) over ()::int as of
from media_item m where m.id in (select g.media_item_id from media_of_series(:series) g)
order by m.captured_at desc nulls last, m.id limit :most
