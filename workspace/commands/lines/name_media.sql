-- New media that lists name by a digest, as far as whoever writes sees the lists; of several digests the strongest.
insert into known_media (operation_id, media_item_id, list_no, meaning, category, algorithm)
select distinct on (m.id, l.number) m.operation_id, m.id, l.number, known_meaning(l.number, h.category, h.meaning), h.category, h.algorithm
from media_item m
cross join lateral (values (1::smallint, m.md5), (2::smallint, m.sha1), (3::smallint, m.sha256)) as d(algorithm, digest)
join known_hash h on h.algorithm = d.algorithm and h.digest = d.digest
join known_list l on l.number = h.list_no and l.operation_id = m.operation_id and l.removed_at is null
where m.id = any (:media) and m.register_entry_id is null and m.size_bytes > 0
order by m.id, l.number, h.algorithm desc
on conflict do nothing
