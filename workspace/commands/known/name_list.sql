-- The media of the operation that a list names by a digest; of several digests the strongest.
insert into known_media (operation_id, media_item_id, list_no, meaning, category, algorithm)
select distinct on (m.id) m.operation_id, m.id, l.number, known_meaning(l.number, h.category, h.meaning), h.category, h.algorithm
from media_item m
cross join lateral (values (1::smallint, m.md5), (2::smallint, m.sha1), (3::smallint, m.sha256)) as d(algorithm, digest)
join known_hash h on h.algorithm = d.algorithm and h.digest = d.digest and h.list_no = :list
join known_list l on l.number = h.list_no
where m.operation_id = :operation and m.register_entry_id is null and m.size_bytes > 0
order by m.id, h.algorithm desc
on conflict do nothing
