-- Whom a comment can call: the members who can read it, but the viewer.
select u.id, u.name, u.country, u.agency, m.role, played_by(m.operation_id, u.id) as played_by
from readers_of(:operation, :locks, :about) r(id) join user_with_country u on u.id = r.id
join membership m on m.user_id = r.id and m.operation_id = :operation
where u.id <> my_id() order by u.country, u.name
