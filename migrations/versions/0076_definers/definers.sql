create function opens(p_locks int[]) returns boolean language sql stable parallel safe set search_path = public
  -- Whether the caller opens a part of it, and no part is closed to the caller's country: as row-level security decides of rows.
  as $$ select p_locks && (select my_keys()) and not p_locks && (select my_closed()) $$;
revoke execute on function opens(int[]) from public;
grant execute on function opens(int[]) to concord_app, concord_worker;

create or replace function ask_owners(p_referral uuid) returns table (id uuid, locks int[]) language sql security definer set search_path = public as $$
        insert into release_permission (operation_id, referral_id, owner_country, locks, exhibits, entries, from_agency_id, to_agency_id, asked_by)
        select r.operation_id, r.id, w.country, w.locks, w.exhibits, w.entries, r.from_agency_id, r.to_agency_id, my_id()
        from referral r cross join lateral referral_owner(r.id) w
        where r.id = p_referral and r.state = 'drafted' and opens(r.locks) and w.country <> r.from_country
        on conflict (referral_id, owner_country) do nothing
        returning release_permission.id, release_permission.locks $$;

create or replace function code_has_risen(p_referral uuid) returns boolean language sql stable security definer set search_path = public as $$
        select exists (select 1 from referral r cross join lateral referral_side_code(r.id) s
          where r.id = p_referral and opens(r.locks) and s.handling_code > r.package_code) $$;

create or replace function corroboration_holds(p_referral uuid) returns boolean language sql stable security definer set search_path = public as $$
        select exists (select 1 from jsonb_array_elements(r.corroboration) c where c->>'speaks' = 'for')
          and not exists (select 1 from jsonb_array_elements(r.corroboration) c
                          where not exists (select 1 from corroboration s where s.id = (c->>'id')::uuid and s.withdrawn_at is null))
        from referral r where r.id = p_referral
          and (opens(r.locks) or r.from_agency_id = my_agency() or r.to_agency_id = my_agency()) $$;

create or replace function hands_missing(p_referral uuid, p_hand text) returns text[] language sql stable security definer set search_path = public as $$
        select coalesce(array_agg(distinct case when opens(w.locks) then w.country else '' end), '{}')
        from referral r cross join lateral referral_owner(r.id) w
        where r.id = p_referral and opens(r.locks) and w.country not in (r.from_country, p_hand)
          and not exists (select 1 from release_permission p where p.referral_id = r.id and p.owner_country = w.country and p.granted) $$;

create or replace function may_state_on(p_lead uuid) returns boolean language sql stable security definer set search_path = public as $$
        select exists (select 1 from referral r where r.lead_id = p_lead and r.state not in ('drafted', 'withdrawn')
          and (r.to_agency_id = my_agency() or opens(r.locks))) $$;

create or replace function opinion_is_unsettled(p_lead uuid) returns boolean language sql stable security definer set search_path = public as $$
        select exists (select 1 from assessment a join lead l on l.id = a.lead_id
          where a.lead_id = p_lead and opens(l.locks) and a.settled_at is null and a.undone_at is null) $$;

create or replace function people_of_referral(p_referral uuid) returns table(part text, name text, agency text, contact text, is_partner boolean) language sql stable security definer set search_path = public as $$
        select p.part, u.name, a.name, u.contact, played_by(r.operation_id, u.id) = 'partner'
        from referral r cross join lateral (values ('drafted', r.drafted_by, 1), ('approved', r.approved_by, 2)) as p (part, id, place)
        join app_user u on u.id = p.id join agency a on a.id = u.agency_id
        where r.id = p_referral and (opens(r.locks) or r.to_agency_id = my_agency() and r.state not in ('drafted', 'withdrawn')
          and r.operation_id = any (my_memberships()))
        order by p.place $$;

create or replace function permission_is_open(p_permission uuid) returns boolean language sql stable security definer set search_path = public as $$
        select exists (select 1 from release_permission p join referral r on r.id = p.referral_id
          where p.id = p_permission and opens(p.locks) and r.state = 'drafted' and r.package_state <> 'failed'
            and (r.approved_by is null or p.answered_at is null and p.owner_country <>
              (select a.country from app_user u join agency a on a.id = u.agency_id where u.id = r.approved_by))) $$;

create or replace function why_not_judge(p_lead uuid, p_user integer) returns text language plpgsql security definer set search_path = public as $$
-- Why this person may not give the next opinion on a lead that the caller holds a key to; null if he may. The one rule of claim,
-- hand-over, signature and of what the page offers. It says a code and nothing of the opinions, which the caller may not read.
-- Volatile, so that it sees what was committed before the caller had the lead's row (a stable one would see the statement's start).
-- Unsettled opinions count: two examiners of one country must not pass each other in the seconds of the undo.
-- An opinion needs a record of qualification that is valid on the operation's day: leads that compare faces one for comparing faces.
declare v_lead record; v_country text; v_standing text; v_me text := current_setting('app.user_id', true); v_keys int[] := my_keys(); v_closed int[] := my_closed(); v_given text[];
  v_opens_both boolean;
begin
  select l.operation_id, l.locks, l.kind, o.second_from_other_country, (now() at time zone o.time_zone)::date as today into v_lead
  from lead l join operation o on o.id = l.operation_id where l.id = p_lead and l.locks && v_keys and not l.locks && v_closed;
  if not found then return 'no_key'; end if;
  select a.country, m.standing into v_country, v_standing from membership m join app_user u on u.id = m.user_id join agency a on a.id = u.agency_id
  where m.operation_id = v_lead.operation_id and m.user_id = p_user and u.disabled_at is null
    and (m.ends_at is null or m.ends_at > now()) and m.role in ('country_lead', 'specialist', 'analyst');
  if not found then return 'no_examiner'; end if;
  if v_standing = 'newcomer' then return 'newcomer'; end if;
  if p_user is distinct from my_id() then
    perform set_config('app.user_id', p_user::text, true);
    v_keys := my_keys();
    v_closed := my_closed();
  end if;
  v_opens_both := v_lead.locks <@ v_keys or opens_both(p_lead, v_lead.locks, v_keys, my_pairs());  -- pairs are asked where they decide
  perform set_config('app.user_id', v_me, true);
  if not v_lead.locks && v_keys or v_lead.locks && v_closed then return 'no_key'; end if;
  if not v_opens_both then return 'one_side'; end if;  -- an opinion compares the two
  if not exists (select 1 from qualification q where q.operation_id = v_lead.operation_id and q.user_id = p_user and q.ended_at is null
                 and v_lead.today between q.valid_from and q.valid_until
                 and (q.competence = 'facial_comparison' or v_lead.kind not in ('register_match', 'same_face'))) then return 'not_qualified'; end if;
  if exists (select 1 from assessment where lead_id = p_lead and examiner_id = p_user and undone_at is null) then return 'own_opinion'; end if;
  if opinion_is_unsettled(p_lead) then return 'unsettled'; end if;
  v_given := array(select country from assessment where lead_id = p_lead and undone_at is null);
  if v_lead.second_from_other_country and v_given = array[v_country] then return 'same_country'; end if;
  if exists (select 1 from assessment s where s.lead_id = p_lead and s.undone_at is null
             and not are_independent(v_lead.operation_id, s.examiner_id, p_user)) then return 'not_independent'; end if;
  return null;
end $$;
