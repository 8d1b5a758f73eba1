-- The number of the last event, and how many leads the viewer sees, and whether anything is open to him.
select (select last_seq from chain where operation_id = :operation) as seq,
  (select count(*) from lead where operation_id = :operation) as leads,
  exists (select 1 from exhibit where operation_id = :operation) or exists (select 1 from lead where operation_id = :operation)
    or cardinality((select my_keys())) > 0 as opens_material;
