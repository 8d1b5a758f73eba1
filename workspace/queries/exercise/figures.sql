-- What an exercise's material came to. received = readable + refused + waiting.
select
  (select count(*) from exhibit where operation_id = :operation)::int as exhibits,
  (select count(*) from received_file where operation_id = :operation)::int as received,
  (select count(*) from received_file f join media_item m on m.id = f.media_item_id
     where f.operation_id = :operation and f.refusal is null and m.state = 'read')::int as readable,
  (select count(distinct f.sha256) from received_file f join media_item m on m.id = f.media_item_id
     where f.operation_id = :operation and f.refusal is null and m.state = 'read')::int as "distinct",
  (select count(*) from received_file f left join media_item m on m.id = f.media_item_id
     where f.operation_id = :operation and (f.refusal is not null or m.state = 'refused'))::int as refused,
  (select count(*) from face where operation_id = :operation)::int as faces,
  (select count(*) from person where operation_id = :operation and merged_into is null)::int as persons,
  (select count(*) from received_file f join media_item m on m.id = f.media_item_id
     where f.operation_id = :operation and f.refusal is null and m.state = 'waiting')::int as waiting,
  (select coalesce(jsonb_object_agg(k.kind, k.n), '{}') from
     (select kind, count(*) as n from lead where operation_id = :operation group by kind) k) as leads
