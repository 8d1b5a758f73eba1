-- The ledger of victims and offenders, as the figures of an edition count it: a person counts once, whichever entries were merged.

create function ledger_root(p_operation int) returns table (id uuid, root uuid) language sql stable
  -- Each entry of the ledger with the entry that counts for it.
  as $$ with recursive root as (
          select e.id, e.id as root from ledger_entry e where e.operation_id = p_operation and e.merged_into is null
          union all select e.id, r.root from ledger_entry e join root r on e.merged_into = r.id)
        select id, root from root $$;

create function ledger_reached(p_operation int)
  returns table (id uuid, kind text, is_depicted boolean, age_band text, sex text, stage text, place_country text, stated_by text)
  language sql stable
  -- The stages that hold for each entry that counts: stated, and not revoked. stated_by: the country of the agency.
  as $$ select r.root, e.kind, e.is_depicted, e.age_band, e.sex, o.stage, o.place_country, a.country
        from outcome o join ledger_root(p_operation) r on r.id = o.ledger_id
        join ledger_entry e on e.id = r.root join agency a on a.id = o.stated_by_agency_id
        where o.operation_id = p_operation and o.revoked_at is null $$;

create function probable_victims(p_operation int) returns table (id uuid, age_band text, sex text) language sql stable
  -- Depicted victims that are probably or certainly identified.
  as $$ select distinct r.id, r.age_band, r.sex from ledger_reached(p_operation) r
        where r.kind = 'victim' and r.is_depicted and r.stage in ('V3', 'V4') $$;

create view sent_referral with (security_invoker = true) as
  -- A referral that was sent. It counts for the country that holds the material: the receiving country itself where it is one of
  -- them, else the lead's first side that is not an entry of a register.
  select r.id, r.operation_id, r.lead_id, r.state, r.to_country, r.sent_at, r.acknowledged_at, r.answered_at, coalesce(
    (select e.country from lead_evidence e
     where e.lead_id = r.lead_id and e.register_entry_id is null and e.country = r.to_country limit 1),
    (select e.country from lead_evidence e
     where e.lead_id = r.lead_id and e.register_entry_id is null order by e.side limit 1),
    r.from_country) as source
  from referral r where r.sent_at is not null;
