-- The PDQ hashes of the lists of an operation (rules.known.ALGORITHMS).
select h.digest, h.list_no, h.meaning, h.category from known_hash h join known_list l on l.number = h.list_no
where h.algorithm = 4 and l.operation_id = :operation and l.removed_at is null
