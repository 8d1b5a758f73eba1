-- The PDQ hashes of a list (rules.known.ALGORITHMS).
select digest, meaning, category from known_hash where algorithm = 4 and list_no = :list
