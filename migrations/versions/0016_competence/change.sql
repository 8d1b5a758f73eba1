alter table agency drop constraint agency_kind_check;
alter table agency add constraint agency_kind_check
  check (kind in ('police', 'child_protection', 'prosecution', 'court', 'international', 'service'));

alter table outcome
  add column statement_id uuid not null default gen_random_uuid(),  -- rows of one statement: several children made safe at once
  add column early_reason text;               -- why its day lies before the first fact of the lead's material
create index ix_outcome_statement on outcome (statement_id);

create function earliest_fact(p_lead uuid) returns date language sql stable security definer set search_path = public
  -- The first day of which the lead's material tells: of a picture, of a disappearance, or on which it came; in the operation's zone.
  -- For whoever may state an outcome of the lead, with or without its keys.
  as $$ select least((l.created_at at time zone o.time_zone)::date, min(n.missing_since),
          min(case when pg_input_is_valid(left(m.captured_at, 10), 'date') then left(m.captured_at, 10)::date end),
          min((m.received_at at time zone o.time_zone)::date), min((x.received_at at time zone o.time_zone)::date))
        from lead l join operation o on o.id = l.operation_id left join lead_evidence e on e.lead_id = l.id
        left join media_item m on m.id = e.media_item_id left join exhibit x on x.id = e.exhibit_id
        left join register_entry n on n.id = e.register_entry_id
        where l.id = p_lead and may_state_on(p_lead) group by l.id, o.id $$;
create function kind_of_lead(p_lead uuid) returns text language sql stable security definer set search_path = public
  as $$ select kind from lead where id = p_lead and may_state_on(p_lead) $$;
create function my_competences(p_operation int) returns text[] language sql stable security definer set search_path = public
  -- For what the terms make the viewer's own agency competent; whoever only receives sees no other part of the terms.
  as $$ select coalesce((select competences from operation_agency where operation_id = p_operation and agency_id = my_agency()),
          array[]::text[]) $$;
revoke execute on function earliest_fact, kind_of_lead, my_competences from public;
grant execute on function earliest_fact, kind_of_lead, my_competences to concord_app, concord_worker;
