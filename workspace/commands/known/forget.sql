-- What is known by a list is computed anew.
delete from known_media where list_no = :list
