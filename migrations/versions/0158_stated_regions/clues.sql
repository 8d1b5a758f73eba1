alter table clue_act add column region_code text    -- ISO 3166-2, of its country
  constraint ck_clue_act_region check (region_code ~ '^[A-Z]{2}-[A-Z0-9]{1,3}$' and left(region_code, 2) = country);
alter table clue add column region_code text, add column region_by int references app_user,
  add column region_confirmed_by int references app_user;       -- kept by `refold_clues`
alter table clue_card add column region_code text;  -- what two people say: kept by `refold_clues`
update governed set fixed = fixed || '{region_code}' where name = 'clue_act';
select govern('clue_act');
select seal_all('clue_act');
select bind_all();
create policy no_region_yet on clue as restrictive for insert to concord_app
  with check (num_nonnulls(region_code, region_by, region_confirmed_by) = 0);

create function clue_acts_in_force(p_leads uuid[]) returns setof clue_act language sql stable
  -- What stands of what came of clues: the acts for the last statement, since another one was made.
  as $$
  with act as (select * from clue_act where lead_id = any (p_leads) and undone_at is null),
  now as (select distinct on (lead_id) lead_id, result, country from act where what = 'stated' order by lead_id, ordinal desc)
  select a.* from act a join now n on n.lead_id = a.lead_id and n.result = a.result and n.country is not distinct from a.country
  where a.ordinal > coalesce((select max(o.ordinal) from act o where o.lead_id = a.lead_id and o.what = 'stated'
                                and (o.result, o.country) is distinct from (a.result, a.country)), 0) $$;

create or replace function fold_clues(p_leads uuid[]) returns table (lead_id uuid, result text, country text, grounds text, stated_by int,
    confirmed_by int, confirmed_at timestamptz) language sql stable
  -- What stands of clues: the last statement counts, and a second person's word for the same counts while no other statement came between.
  as $$
  with mine as (select * from clue_acts_in_force(p_leads)),
  second as (select distinct on (m.lead_id) m.lead_id, m.said_by, m.said_at from mine m
             where m.what = 'confirmed' and exists (select 1 from mine d where d.lead_id = m.lead_id and d.what = 'stated'
                                                      and d.said_by <> m.said_by)
             order by m.lead_id, m.ordinal),
  first as (select distinct on (m.lead_id) m.lead_id, m.said_by, m.result, m.country from mine m left join second s using (lead_id)
            where m.what = 'stated' and m.said_by is distinct from s.said_by order by m.lead_id, m.ordinal),
  why as (select g.lead_id, string_agg(g.grounds, ' · ' order by g.ordinal) as grounds
          from (select lead_id, grounds, min(ordinal) as ordinal from mine where what = 'stated' group by 1, 2) g group by 1)
  select c.lead_id, f.result, f.country, w.grounds, f.said_by, s.said_by, s.said_at
  from clue c left join first f on f.lead_id = c.lead_id left join second s on s.lead_id = c.lead_id left join why w on w.lead_id = c.lead_id
  where c.lead_id = any (p_leads) $$;

create function fold_clue_regions(p_leads uuid[]) returns table (lead_id uuid, region_code text, region_by int, confirmed_by int)
  language sql stable
  -- The region that was stated last of the country to which a clue is identified; confirmed as the country is, by who named the region.
  as $$
  with mine as (select * from clue_acts_in_force(p_leads) where region_code is not null),
  now as (select distinct on (lead_id) lead_id, region_code from mine where what = 'stated' order by lead_id, ordinal desc),
  same as (select m.* from mine m join now n using (lead_id, region_code)
           where m.ordinal > coalesce((select max(o.ordinal) from mine o where o.lead_id = m.lead_id and o.what = 'stated'
                                         and o.region_code <> m.region_code), 0)),
  second as (select distinct on (m.lead_id) m.lead_id, m.said_by from same m
             where m.what = 'confirmed' and exists (select 1 from same d where d.lead_id = m.lead_id and d.what = 'stated'
                                                      and d.said_by <> m.said_by)
             order by m.lead_id, m.ordinal),
  first as (select distinct on (m.lead_id) m.lead_id, m.region_code, m.said_by from same m left join second s using (lead_id)
            where m.what = 'stated' and m.said_by is distinct from s.said_by order by m.lead_id, m.ordinal)
  select c.lead_id, f.region_code, f.said_by, s.said_by
  from clue c left join first f on f.lead_id = c.lead_id left join second s on s.lead_id = c.lead_id where c.lead_id = any (p_leads) $$;
revoke execute on function clue_acts_in_force, fold_clue_regions from public;
grant execute on function clue_acts_in_force, fold_clue_regions to concord_worker;

create or replace function refold_clues() returns trigger language plpgsql security definer set search_path = public as $$
-- Bring what clues and their cards keep of the fold up to date. Their leads are held first, so that two acts that meet see each other. The
-- room reads on a card what two people have said.
declare v_leads uuid[] := array(select distinct c.lead_id from changed c order by 1);
begin
  perform hold('lead', v_leads::text[]);
  update clue c set result = f.result, country = f.country, grounds = f.grounds, stated_by = f.stated_by, confirmed_by = f.confirmed_by,
    confirmed_at = f.confirmed_at, region_code = r.region_code, region_by = r.region_by, region_confirmed_by = r.confirmed_by
  from fold_clues(v_leads) f join fold_clue_regions(v_leads) r using (lead_id) where f.lead_id = c.lead_id;
  update clue_card d set result = case when c.confirmed_at is not null then c.result end,
    country = case when c.confirmed_at is not null then c.country end,
    region_code = case when c.region_confirmed_by is not null then c.region_code end
  from clue c where c.lead_id = d.lead_id and c.lead_id = any (v_leads);
  return null;
end $$;
