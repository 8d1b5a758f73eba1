drop function fill_ledger, link_ledger, ledger_of_lead, ledger_root, ledger_reached, probable_victims;

create function fold_ledger(p_operation int, p_with_acts boolean default true)
  returns table (id uuid, root uuid, stands boolean, is_depicted boolean, age_band text, sex text) language sql stable
-- The ledger, out of what stands alone: statements that were not revoked and acts that were not taken back.
-- root: the entry that counts for the person. Two entries are one person if an act says so, or if the leads whose child they are share a
-- person or an entry of a register; an entry of which nothing is stated ties no leads, unless an act names it.
-- stands: something is stated of this entry. Age and sex: the first that a statement says of the person, statements of an entry that was
-- merged into another after those of the other. p_with_acts: without them, only what the leads themselves tie.
as $$
  with recursive
  said as (select o.ledger_id, o.ordinal, o.age_band, nullif(o.sex, 'unknown') as sex from outcome o
           where o.operation_id = p_operation and o.revoked_at is null),
  act as (select a.what, a.ledger_id, a.other_id from ledger_act a
          where a.operation_id = p_operation and a.undone_at is null and p_with_acts),
  entry as (select e.id, e.kind, e.number, e.of_lead, e.was_depicted,
              exists (select 1 from said s where s.ledger_id = e.id) as stands,
              exists (select 1 from act a where a.what = 'same' and a.ledger_id = e.id) as goes,
              exists (select 1 from act a where a.what = 'same' and e.id in (a.ledger_id, a.other_id)) as is_named,
              exists (select 1 from act a where a.what = 'depicted' and a.ledger_id = e.id) as is_marked
            from ledger_entry e where e.operation_id = p_operation),
  shown as (select e.id, coalesce(v.person_id, v.register_entry_id) as whom from entry e join lead_evidence v on v.lead_id = e.of_lead
            where e.kind = 'victim' and (e.stands or e.is_named) and coalesce(v.person_id, v.register_entry_id) is not null),
  tie as (select a.id as one, b.id as other from shown a join shown b using (whom) where a.id <> b.id
          union select a.ledger_id, a.other_id from act a where a.what = 'same'
          union select a.other_id, a.ledger_id from act a where a.what = 'same'),
  reach as (select e.id as one, e.id as other from entry e union select r.one, t.other from reach r join tie t on t.one = r.other),
  counts as (select distinct on (r.one) r.one as id, e.id as root from reach r join entry e on e.id = r.other
             order by r.one, e.goes, e.number),
  person as (
    select c.root, bool_or(e.stands and e.was_depicted) or bool_or(e.is_marked) as is_depicted, bool_or(e.stands) as stands,
      (array_agg(s.age_band order by e.goes, s.ordinal) filter (where s.age_band is not null))[1] as age_band,
      (array_agg(s.sex order by e.goes, s.ordinal) filter (where s.sex is not null))[1] as sex
    from counts c join entry e on e.id = c.id left join said s on s.ledger_id = e.id group by c.root)
  select e.id, c.root, e.stands, case when p.stands then p.is_depicted else e.was_depicted or e.is_marked end, p.age_band,
    coalesce(p.sex, 'unknown')
  from entry e join counts c on c.id = e.id join person p on p.root = c.root $$;

create function refold_ledger(p_operation int) returns void language plpgsql security definer set search_path = public as $$
-- Bring what entries keep of the fold up to date. The ledger is held: two changes that meet would each fold without the other.
begin
  perform hold('ledger', array[p_operation::text]);
  update ledger_entry e set merged_into = nullif(f.root, e.id), is_depicted = f.is_depicted, age_band = f.age_band, sex = f.sex
  from fold_ledger(p_operation) f
  where f.id = e.id and (e.merged_into, e.is_depicted, e.age_band, e.sex)
    is distinct from (nullif(f.root, e.id), f.is_depicted, f.age_band, f.sex);
end $$;

create function refold_changed() returns trigger language plpgsql security definer set search_path = public as $$
-- Whatever changes a statement or an act folds the ledger again, in the same transaction.
declare v_operation int;
begin
  for v_operation in select distinct operation_id from changed order by 1 loop perform refold_ledger(v_operation); end loop;
  return null;
end $$;
create trigger refold_after_insert after insert on outcome referencing new table as changed for each statement execute function refold_changed();
create trigger refold_after_update after update on outcome referencing new table as changed for each statement execute function refold_changed();
create trigger refold_after_insert after insert on ledger_act referencing new table as changed for each statement execute function refold_changed();
create trigger refold_after_update after update on ledger_act referencing new table as changed for each statement execute function refold_changed();

create function refold_moved() returns trigger language plpgsql security definer set search_path = public as $$
-- The same where sides of leads go from one person to another.
declare v_operation int;
begin
  for v_operation in select distinct n.operation_id from after n join before o using (id)
    where n.person_id is distinct from o.person_id or n.register_entry_id is distinct from o.register_entry_id order by 1
  loop perform refold_ledger(v_operation); end loop;
  return null;
end $$;
create trigger refold_after_move after update on lead_evidence referencing old table as before new table as after
  for each statement execute function refold_moved();

create function ledger_root(p_operation int) returns table (id uuid, root uuid) language sql stable
  -- Each entry of the ledger with the entry that counts for it.
  as $$ select id, root from fold_ledger(p_operation) $$;

create function ledger_reached(p_operation int)
  returns table (id uuid, kind text, is_depicted boolean, age_band text, sex text, stage text, place_country text, stated_by text)
  language sql stable
  -- The stages that hold for each entry that counts: stated, and not revoked. stated_by: the country of the agency.
  as $$ select f.root, e.kind, f.is_depicted, f.age_band, f.sex, o.stage, o.place_country, a.country
        from outcome o join fold_ledger(p_operation) f on f.id = o.ledger_id
        join ledger_entry e on e.id = f.root join agency a on a.id = o.stated_by_agency_id
        where o.operation_id = p_operation and o.revoked_at is null $$;

create function probable_victims(p_operation int) returns table (id uuid, age_band text, sex text) language sql stable
  -- Depicted victims that are probably or certainly identified.
  as $$ select distinct r.id, r.age_band, r.sex from ledger_reached(p_operation) r
        where r.kind = 'victim' and r.is_depicted and r.stage in ('V3', 'V4') $$;

create function ledger_shown(p_operation int) returns table (root uuid, person_id uuid, country text) language sql stable
  -- The sides of leads that show each child of whom something is stated, by the entry that counts. person_id: null where no face does.
  as $$ select distinct f.root, v.person_id, v.country
        from fold_ledger(p_operation) f join ledger_entry e on e.id = f.id
        join lead_evidence v on v.lead_id = e.of_lead and v.register_entry_id is null
        where f.stands and e.kind = 'victim' $$;

create function person_root(p_operation int) returns table (id uuid, root uuid) language sql stable parallel safe
  -- Each person with the one as which it counts: itself, or whom it was merged into. Of those that the viewer may see.
  as $$ with recursive step as (
          select p.id, p.id as root from person p where p.operation_id = p_operation and p.merged_into is null
          union all select p.id, s.root from person p join step s on s.id = p.merged_into)
        select id, root from step $$;

-- A receiving agency may hold no key to the lead that its referral came from: these answer it all the same.
create function shown_entry(p_lead uuid, p_kind text) returns uuid language sql stable security definer set search_path = public
  -- The entry of the child, or of the offender, whom this lead shows, whether or not anything is stated of it now.
  as $$ select e.id from ledger_entry e where may_state_on(p_lead) and e.of_lead = p_lead and e.kind = p_kind $$;
create function ledger_of_lead(p_lead uuid, p_kind text) returns uuid language sql stable security definer set search_path = public
  -- The entry that counts for the child or the offender whom this lead shows, by any lead that shows the same person and of whom
  -- something stands.
  as $$ select coalesce(e.merged_into, e.id) from ledger_entry e
        where may_state_on(p_lead) and e.kind = p_kind and e.of_lead is not null
          and exists (select 1 from outcome o where o.ledger_id = e.id and o.revoked_at is null)
          and (e.of_lead = p_lead or p_kind = 'victim' and exists (
            select 1 from lead_evidence mine join lead_evidence other
              on other.person_id = mine.person_id or other.register_entry_id = mine.register_entry_id
            where mine.lead_id = p_lead and other.lead_id = e.of_lead))
        order by e.of_lead = p_lead desc, e.number limit 1 $$;
create function has_stated(p_lead uuid, p_kind text) returns boolean language sql stable security definer set search_path = public
  -- Whether something stands of a depicted person whom this lead shows.
  as $$ select ledger_of_lead(p_lead, p_kind) is not null or exists (
          select 1 from outcome o join ledger_entry e on e.id = o.ledger_id
          where may_state_on(p_lead) and o.lead_id = p_lead and o.revoked_at is null and e.kind = p_kind and e.was_depicted) $$;

select refold_ledger(id) from operation;

