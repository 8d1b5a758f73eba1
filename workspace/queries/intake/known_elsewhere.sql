-- How many contents another country holds too: of each exhibit that has a count, and of all of them together (no exhibit).
select k.exhibit_id, k.files from known_elsewhere_each(:operation) k
