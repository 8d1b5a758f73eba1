-- The medium of which a clue is to be opened, by the exhibit that it came with.
select m.kind, coalesce(x.label, '') as name from media_item m left join exhibit x on x.id = first_exhibit(m.id)
where m.id = :id and m.operation_id = :operation
