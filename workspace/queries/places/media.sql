-- How many different contents an operation holds, as far as the viewer may see: what was written is added up, each compartment for itself.
select coalesce(sum(k.number), 0)::int as media from material_count k
where k.operation_id = :operation and k.subject is null and k.what in ('read', 'waiting', 'refused')
