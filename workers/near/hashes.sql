-- The hashes of those of these media that are photos and show enough to be compared.
select m.id, m.pdq, m.pdq_turned, m.pdq_inner from media_item m
where m.id = any (cast(:media as uuid[])) and m.kind = 'photo' and m.pdq_quality >= :quality
