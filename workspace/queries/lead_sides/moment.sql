-- The second of a video whose frame differs from a photo, in whichever position, in the fewest bits, and in at most 31 of 256.
select n.at_ms / 1000.0::double precision from (
  select f.at_ms, f.ordinal,
    bit_count(('x' || encode(f.pdq, 'hex'))::bit(256) # ('x' || encode(p.own, 'hex'))::bit(256)) as bits
  from video_frame f, (select unnest(array[m.pdq] || m.pdq_turned || m.pdq_inner) as own from media_item m where m.id = :photo) p
  where f.media_item_id = :video) n
where n.bits <= 31 order by n.bits, n.ordinal limit 1
