-- Which handling code binds: the strictest of all copies of a content, wherever they came from, and at least the operation's.
alter table register add column handling_code text not null default 'H0' check (handling_code in ('H0', 'H1', 'H2', 'H3'));
alter table referral add column package_code text check (package_code in ('H0', 'H1', 'H2', 'H3'));  -- what its package says

create view coded_copy with (security_invoker = true) as
  -- Every copy of a content that the viewer may see: in an exhibit, or as a portrait of a register; whose it is, and its own code.
  select m.operation_id, m.sha256, f.compartment_id, x.country, x.handling_code, x.id as exhibit_id, null::uuid as register_entry_id
  from received_file f join media_item m on m.id = f.media_item_id join exhibit x on x.id = f.exhibit_id
  union all
  select m.operation_id, m.sha256, m.compartment_id, g.country, g.handling_code, null, n.id
  from media_item m join register_entry n on n.id = m.register_entry_id join register g on g.id = n.register_id;

create view lead_copy with (security_invoker = true) as
  -- What binds the sides of a lead, as the viewer may see them: each copy of a side's content, its exhibit, and its entry's register.
  select e.lead_id, e.side, c.compartment_id, c.country, c.handling_code, c.exhibit_id, c.register_entry_id
  from lead_evidence e join media_item m on m.id = e.media_item_id
  join coded_copy c on c.operation_id = m.operation_id and c.sha256 = m.sha256
  union all
  select e.lead_id, e.side, x.compartment_id, x.country, x.handling_code, x.id, null
  from lead_evidence e join exhibit x on x.id = e.exhibit_id
  union all
  select e.lead_id, e.side, n.compartment_id, g.country, g.handling_code, null, n.id
  from lead_evidence e join register_entry n on n.id = e.register_entry_id join register g on g.id = n.register_id;

create view side_code with (security_invoker = true) as
  -- The code that a side of a lead carries for the viewer.
  select e.lead_id, e.side, greatest(o.handling_code,
    (select max(c.handling_code) from lead_copy c where c.lead_id = e.lead_id and c.side = e.side)) as handling_code
  from lead_evidence e join operation o on o.id = e.operation_id;

grant select on coded_copy, lead_copy, side_code to concord_app, concord_worker;
