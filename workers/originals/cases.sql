-- The case files that came with the exhibit of a check.
select c.id, c.address, c.sha256 from original_check k join exhibit_case c on c.exhibit_id = k.exhibit_id where k.id = :check order by c.id
