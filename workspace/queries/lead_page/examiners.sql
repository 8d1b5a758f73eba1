-- To whom the viewer, who holds the lead, may hand it: the rule is the command's own.
select u.id, u.name, u.country, u.agency, played_by(m.operation_id, u.id) as played_by
from membership m join user_with_country u on u.id = m.user_id
where m.operation_id = :operation and u.id <> my_id() and why_not_judge(:lead, u.id) is null
order by u.country, u.name
