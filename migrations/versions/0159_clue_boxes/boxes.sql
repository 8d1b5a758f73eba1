alter table clue_medium add column box jsonb,   -- W3C Web Annotation selector, in per cent of the medium's sides
  add column at_s double precision check (at_s >= 0), add column until_s double precision,
  add constraint ck_clue_medium_time check (until_s is null or at_s is not null and until_s >= at_s);
update governed set fixed = fixed || '{box,at_s,until_s}' where name = 'clue_medium';
select govern('clue_medium');
select seal_all('clue_medium');
select bind_all();
-- A card shows the medium of the clue, or a further one that lies with the clue: whoever opens the clue opens it, and its owner is the clue's.
alter policy of_its_medium on clue_card with check (media_item_id is null or exists (
    select 1 from lead_evidence e where e.lead_id = clue_card.lead_id and e.media_item_id = clue_card.media_item_id)
  or exists (
    select 1 from clue_medium m where m.lead_id = clue_card.lead_id and m.media_item_id = clue_card.media_item_id and m.removed_at is null
      and array[m.compartment_id] = clue_card.locks));

create view medium_copy with (security_invoker = true) as
  -- Every copy of a medium's content that the viewer may see, in an exhibit or as a portrait of a register, with its own handling code.
  select m.id as media_item_id, f.compartment_id, x.handling_code, x.id as exhibit_id
  from media_item m join media_item t on t.operation_id = m.operation_id and t.sha256 = m.sha256
  join received_file f on f.media_item_id = t.id join exhibit x on x.id = f.exhibit_id
  union all
  select m.id, t.compartment_id, g.handling_code, null
  from media_item m join media_item t on t.operation_id = m.operation_id and t.sha256 = m.sha256
  join register_entry n on n.id = t.register_entry_id join register g on g.id = n.register_id;
grant select on medium_copy to concord_app, concord_worker;
