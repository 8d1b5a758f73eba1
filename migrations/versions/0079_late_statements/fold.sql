drop function probable_victims, ledger_reached, ledger_shown, ledger_root, fold_ledger;

create function fold_ledger(p_operation int, p_with_acts boolean default true, p_late boolean default true)
  returns table (id uuid, root uuid, stands boolean, is_depicted boolean, age_band text, sex text) language sql stable
-- The ledger, out of what stands alone: statements that were not revoked and acts that were not taken back.
-- root: the entry that counts for the person. Two entries are one person if an act says so, or if the leads whose child they are share a
-- person or an entry of a register; an entry of which nothing is stated ties no leads, unless an act names it.
-- stands: something is stated of this entry. Age and sex: the first that a statement says of the person, statements of an entry that was
-- merged into another after those of the other. p_with_acts: without them, only what the leads themselves tie.
-- p_late: without it, nothing stands that was stated on a lead which was found after the window: so in every edition but a follow-up one.
as $$
  with recursive
  said as (select o.ledger_id, o.ordinal, o.age_band, nullif(o.sex, 'unknown') as sex from outcome o
           where o.operation_id = p_operation and o.revoked_at is null and found_in_window(o.lead_id, p_late)),
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

create function ledger_root(p_operation int, p_late boolean default true) returns table (id uuid, root uuid) language sql stable
  -- Each entry of the ledger with the entry that counts for it.
  as $$ select id, root from fold_ledger(p_operation, true, p_late) $$;

create function ledger_reached(p_operation int, p_late boolean default true)
  returns table (id uuid, kind text, is_depicted boolean, age_band text, sex text, stage text, place_country text, stated_by text)
  language sql stable
  -- The stages that hold for each entry that counts: stated, and not revoked. stated_by: the country of the agency.
  as $$ select f.root, e.kind, f.is_depicted, f.age_band, f.sex, o.stage, o.place_country, a.country
        from outcome o join fold_ledger(p_operation, true, p_late) f on f.id = o.ledger_id
        join ledger_entry e on e.id = f.root join agency a on a.id = o.stated_by_agency_id
        where o.operation_id = p_operation and o.revoked_at is null and found_in_window(o.lead_id, p_late) $$;

create function probable_victims(p_operation int, p_late boolean default true) returns table (id uuid, age_band text, sex text) language sql stable
  -- Depicted victims that are probably or certainly identified.
  as $$ select distinct r.id, r.age_band, r.sex from ledger_reached(p_operation, p_late) r
        where r.kind = 'victim' and r.is_depicted and r.stage in ('V3', 'V4') $$;

create function ledger_shown(p_operation int, p_late boolean default true) returns table (root uuid, person_id uuid, country text) language sql stable
  -- The sides of leads that show each child of whom something is stated, by the entry that counts. person_id: null where no face does.
  as $$ select distinct f.root, v.person_id, v.country
        from fold_ledger(p_operation, true, p_late) f join ledger_entry e on e.id = f.id
        join lead_evidence v on v.lead_id = e.of_lead and v.register_entry_id is null
        where f.stands and e.kind = 'victim' $$;

revoke execute on function fold_ledger, ledger_root, ledger_reached, probable_victims, ledger_shown from public;
grant execute on function fold_ledger, ledger_root, ledger_reached, probable_victims, ledger_shown to concord_worker;
