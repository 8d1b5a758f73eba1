-- A job for each subject, in one order; one that is there stays as it is.
insert into job (kind, subject_id, operation_id, asked_by, priority)
select :kind, wish.id, :operation, :by, :priority + (cast(:place as bigint) + (wish.place - 1) * :units) / :turn
from unnest(cast(:subjects as uuid[])) with ordinality as wish(id, place)
order by wish.place on conflict (kind, subject_id) do nothing
