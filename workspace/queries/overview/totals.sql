-- The number of the last event, and how many leads the viewer sees.
select (select last_seq from chain where operation_id = :operation) as seq,
  (select count(*) from lead where operation_id = :operation) as leads;
