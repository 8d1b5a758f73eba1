-- The countries that joined with a later version, and the owners whose yes each needs, with their answers.
select j.country, j.joined_version, j.accepted_at is not null as has_accepted, o.country as owner, x.is_open,
  x.answered_at as at
from participation j
left join participation o on o.operation_id = j.operation_id and o.country <> j.country
  and o.accepted_at is not null and o.accepted_version < j.joined_version
left join opening x on x.operation_id = j.operation_id and x.owner = o.country and x.country = j.country
where j.operation_id = :operation and j.joined_version > 1 order by j.joined_version, j.country, o.country
