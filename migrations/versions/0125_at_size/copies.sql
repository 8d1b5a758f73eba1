-- Every copy of what stands on a lead's sides, with the code that binds it: written as joins, because a join with a view of several parts
-- reads all of the view first.
create or replace view lead_copy with (security_invoker = true) as
  select e.lead_id, e.side, f.compartment_id, x.country, x.handling_code, x.id as exhibit_id, null::uuid as register_entry_id
  from lead_evidence e join media_item m on m.id = e.media_item_id
  join media_item t on t.operation_id = m.operation_id and t.sha256 = m.sha256
  join received_file f on f.media_item_id = t.id join exhibit x on x.id = f.exhibit_id
  union all
  select e.lead_id, e.side, t.compartment_id, g.country, g.handling_code, null, n.id
  from lead_evidence e join media_item m on m.id = e.media_item_id
  join media_item t on t.operation_id = m.operation_id and t.sha256 = m.sha256
  join register_entry n on n.id = t.register_entry_id join register g on g.id = n.register_id
  union all
  select e.lead_id, e.side, x.compartment_id, x.country, x.handling_code, x.id, null
  from lead_evidence e join exhibit x on x.id = e.exhibit_id
  union all
  select e.lead_id, e.side, n.compartment_id, g.country, g.handling_code, null, n.id
  from lead_evidence e join register_entry n on n.id = e.register_entry_id join register g on g.id = n.register_id;

drop view coded_copy;
