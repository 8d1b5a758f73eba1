-- Erase the hashes of a list that was removed.
delete from known_hash where list_no = :list
