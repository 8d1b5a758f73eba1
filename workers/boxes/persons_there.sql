-- Who is in a medium already: faces of one picture are different people.
select distinct f.person_id from face f where f.media_item_id = :media and f.person_id is not null
