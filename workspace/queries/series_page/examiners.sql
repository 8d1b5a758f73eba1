-- Who can take a series over: examiners of the operation but the viewer, by country and name.
select u.id, u.name, u.country, played_by(m.operation_id, u.id) as played_by, u.agency
from membership m join user_with_country u on u.id = m.user_id
where m.operation_id = :operation and u.id <> my_id() and m.role = any (:roles) and part_ended(m.operation_id, u.id, :roles) is null
order by u.country, u.name, u.id
