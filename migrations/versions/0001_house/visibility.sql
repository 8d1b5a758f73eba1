-- Who may SEE which rows is decided here, once, for lists, searches, counts and exports alike.
--
-- Rows of evidence carry their compartment; a lead and what hangs on it carry the set of its sides' compartments (locks); a
-- viewer's keys are computed from memberships and grants. People come as concord_app, service users as concord_worker, the owner
-- only migrates. The functions are SECURITY DEFINER and owned by the owner, who is exempt on the few tables they read.

-- The viewer --------------------------------------------------------------------------------------------------------------------
create function my_id() returns int language sql stable parallel safe
  -- After SET LOCAL a pooled connection holds '' and not NULL.
  as $$ select nullif(current_setting('app.user_id', true), '')::int $$;
create function presented() returns bytea language sql stable parallel safe
  -- SHA-256 of the secret that a caller holds before anyone knows who it is (session cookie, invitation, token, challenge).
  as $$ select decode(nullif(current_setting('app.presented', true), ''), 'hex') $$;
create function my_agency() returns int language sql stable security definer parallel safe set search_path = public
  as $$ select agency_id from app_user where id = my_id() and disabled_at is null $$;
create function my_memberships() returns int[] language sql stable security definer parallel safe set search_path = public
  -- Operations I belong to, terms accepted or not: enough to read and accept them. A service user belongs to all, without a key.
  as $$ select array(
          select m.operation_id from membership m join app_user u on u.id = m.user_id
          where m.user_id = my_id() and u.disabled_at is null and (m.ends_at is null or m.ends_at > now())
          union
          select o.id from operation o cross join app_user s where s.id = my_id() and s.is_service) $$;
create function my_operations() returns int[] language sql stable security definer parallel safe set search_path = public
  -- Operations whose terms my country has accepted.
  as $$ select coalesce(array_agg(m.operation_id), '{}') from membership m
        join app_user u on u.id = m.user_id join agency a on a.id = u.agency_id
        join participation p on p.operation_id = m.operation_id and p.country = a.country and p.accepted_at is not null
        where m.user_id = my_id() and u.disabled_at is null and (m.ends_at is null or m.ends_at > now()) and m.role <> 'recipient' $$;
create function my_keys() returns int[] language sql stable security definer parallel safe set search_path = public
  -- The compartments I may open: shared by a country that accepted, my own agency's, or granted to it for a time.
  -- Observers, administrators and recipients hold none.
  as $$ select coalesce(array_agg(c.id order by c.id), '{}')
        from membership m
        join app_user u on u.id = m.user_id and u.disabled_at is null
        join agency mine on mine.id = u.agency_id
        join participation p on p.operation_id = m.operation_id and p.country = mine.country and p.accepted_at is not null
        join compartment c on c.operation_id = m.operation_id
        where m.user_id = my_id() and (m.ends_at is null or m.ends_at > now())
          and m.role in ('operation_lead', 'country_lead', 'specialist', 'liaison', 'analyst')
          and (c.sharing = 'operation' or c.agency_id = u.agency_id
               or exists (select 1 from access_grant g where g.compartment_id = c.id and g.agency_id = u.agency_id
                          and g.granted and g.ended_at is null and g.until > now())) $$;
create function my_audits() returns int[] language sql stable security definer parallel safe set search_path = public
  -- Operations whose whole record I may read (ids and small values, never content): observers.
  as $$ select coalesce(array_agg(m.operation_id), '{}') from membership m join app_user u on u.id = m.user_id
        where m.user_id = my_id() and u.disabled_at is null and m.role = 'observer' and (m.ends_at is null or m.ends_at > now()) $$;
create function my_keys_digest(p_operation int) returns text language sql stable parallel safe
  -- A digest of what the viewer may open: when it changes, a client takes a fresh snapshot.
  as $$ select md5(p_operation::text || ':' || (select my_keys())::text) $$;
create function is_house_admin() returns boolean language sql stable security definer parallel safe set search_path = public
  as $$ select coalesce((select u.is_house_admin and u.disabled_at is null from app_user u where u.id = my_id()), false) $$;
create function my_administrations() returns int[] language sql stable security definer parallel safe set search_path = public
  as $$ select coalesce(array_agg(m.operation_id), '{}') from membership m join app_user u on u.id = m.user_id
        where m.user_id = my_id() and u.disabled_at is null and m.role in ('administrator', 'operation_lead', 'country_lead')
          and (m.ends_at is null or m.ends_at > now()) $$;

create function actor_facts() returns json language sql stable security definer set search_path = public
  as $$ select json_build_object('id', u.id, 'name', u.name, 'agency_id', u.agency_id, 'country', a.country,
               'is_service', u.is_service, 'is_house_admin', u.is_house_admin, 'now', now(),
               'roles', (select coalesce(json_object_agg(m.operation_id, m.role), '{}') from membership m
                         where m.user_id = u.id and (m.ends_at is null or m.ends_at > now())))
        from app_user u join agency a on a.id = u.agency_id where u.id = my_id() and u.disabled_at is null $$;
create function act_as(p_user int) returns json language sql volatile
  -- Sets the viewer for this transaction and says who it is, in one round trip.
  as $$ select set_config('app.user_id', coalesce(p_user::text, ''), true);
        select actor_facts() $$;

-- Row-level security -------------------------------------------------------------------------------------------------------------
grant usage on schema public to concord_app, concord_worker;
grant select, insert, update on all tables in schema public to concord_worker;
grant delete on challenge, presence, draft, near_copy to concord_worker;
grant select, insert, update on all tables in schema public to concord_app;
grant delete on challenge, presence, draft, passkey to concord_app;
-- An account's agency and its powers over the installation are set when it is made, and nobody changes them later. Whoever invites into another
-- agency draws the id first, because the new row is not yet visible to that person.
revoke update on app_user from concord_app;
grant update (name, language, theme, disabled_at) on app_user to concord_app;
grant usage on sequence app_user_id_seq to concord_app, concord_worker;

-- A compartment never changes hands, and a request for access is answered, not rewritten.
revoke update on compartment, access_grant from concord_app;
grant update (granted, answered_by, answered_at, until, ended_at) on access_grant to concord_app;

-- The record and its head are written by append_events alone.
revoke insert, update on event, chain from concord_app, concord_worker;
-- Only workers write jobs, faces and persons; people ask for them through commands that insert a job.
revoke update on job from concord_app;
revoke insert, update on face, track, near_copy, person from concord_app;
grant update (series_id) on person to concord_app;
-- People ask for an edition; a worker counts and freezes it.
revoke insert, update on edition from concord_app;
grant insert (id, operation_id, number, kind, drawn_up_by) on edition to concord_app;
-- A score is read by people through the two columns that the lead's state computes, or by their own settled opinion. The hidden
-- columns are not granted, so that no query, however wrong, can leak them.
revoke select, insert, update on lead from concord_app;
grant select (id, operation_id, number, kind, pair_key, locks, countries, stage, stage_since, stage_reason, priority, age_gap_years,
  holder_id, holder_agency_id, lease_until, claim_token, opinions, bands_shown, shown_band, shown_score, threshold, pack_id,
  model_digest, created_at, changed_seq) on lead to concord_app;
grant update (stage, stage_since, stage_reason, priority, holder_id, holder_agency_id, lease_until, claim_token, opinions, bands_shown)
  on lead to concord_app;


create function score_after_my_opinion(p_lead uuid) returns table (score real, band text, rank int, threshold real, pack_id text, model_digest text)
  language sql stable security definer set search_path = public
  -- For an examiner whose own opinion is settled (signed, undo time over).
  as $$ select l.score, l.band, l.rank, l.threshold, l.pack_id, l.model_digest from lead l
        where l.id = p_lead and l.locks && my_keys() and exists (
          select 1 from assessment a where a.lead_id = l.id and a.examiner_id = my_id() and a.settled_at is not null and a.undone_at is null) $$;

revoke all on alembic_version from concord_app, concord_worker;

create function opinion_is_unsettled(p_lead uuid) returns boolean language sql stable security definer set search_path = public
  -- Whether a signed opinion can still be taken back. It does not say whose.
  as $$ select exists (select 1 from assessment a join lead l on l.id = a.lead_id
          where a.lead_id = p_lead and l.locks && my_keys() and a.settled_at is null and a.undone_at is null) $$;
create function why_not_judge(p_lead uuid, p_user int) returns text language plpgsql volatile security definer set search_path = public as $$
-- Why this person may not give the next opinion on a lead that the caller holds a key to; null if he may. The one rule of claim,
-- hand-over, signature and of what the page offers. It says a code and nothing of the opinions, which the caller may not read.
-- Volatile, so that it sees what was committed before the caller had the lead's row (a stable one would see the statement's start).
-- Unsettled opinions count: two examiners of one country must not pass each other in the seconds of the undo.
declare v_lead record; v_country text; v_me text := current_setting('app.user_id', true); v_keys int[]; v_given text[];
begin
  select l.operation_id, l.locks, o.second_from_other_country into v_lead
  from lead l join operation o on o.id = l.operation_id where l.id = p_lead and l.locks && my_keys();
  if not found then return 'no_key'; end if;
  select a.country into v_country from membership m join app_user u on u.id = m.user_id join agency a on a.id = u.agency_id
  where m.operation_id = v_lead.operation_id and m.user_id = p_user and u.disabled_at is null
    and (m.ends_at is null or m.ends_at > now()) and m.role in ('country_lead', 'specialist', 'analyst');
  if not found then return 'no_examiner'; end if;
  perform set_config('app.user_id', p_user::text, true);
  v_keys := my_keys();
  perform set_config('app.user_id', v_me, true);
  if not v_lead.locks && v_keys then return 'no_key'; end if;
  if not v_lead.locks <@ v_keys then return 'one_side'; end if;  -- an opinion compares the two
  if exists (select 1 from assessment where lead_id = p_lead and examiner_id = p_user and undone_at is null) then return 'own_opinion'; end if;
  if opinion_is_unsettled(p_lead) then return 'unsettled'; end if;
  v_given := array(select country from assessment where lead_id = p_lead and undone_at is null);
  if v_lead.second_from_other_country and v_given = array[v_country] then return 'same_country'; end if;
  return null;
end $$;

do $$
declare t text;
begin
  -- Every table is locked by default; a table without a policy for people is invisible to them.
  for t in select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version' loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy worker_all on %I to concord_worker using (true) with check (true)', t);
  end loop;
  -- Evidence of one compartment.
  foreach t in array array['series', 'exhibit', 'media_item', 'received_file', 'near_copy', 'register', 'register_entry', 'person',
                           'track', 'face', 'lead_evidence', 'annotation', 'media_view', 'ledger_person'] loop
    execute format('create policy keys on %I to concord_app using (compartment_id = any ((select my_keys())::int[])) '
                   'with check (compartment_id = any ((select my_keys())::int[]))', t);
  end loop;
  -- What joins compartments: visible from either side.
  foreach t in array array['lead', 'comment', 'jurisdiction_claim', 'presence'] loop
    execute format('create policy keys on %I to concord_app using (locks && (select my_keys())) with check (locks && (select my_keys()))', t);
  end loop;
  -- What belongs to the operation as a whole.
  foreach t in array array['edition', 'operation_agency'] loop
    execute format('create policy operation on %I to concord_app using (operation_id = any ((select my_operations())::int[])) '
                   'with check (operation_id = any ((select my_operations())::int[]))', t);
  end loop;
end $$;

create policy own on draft to concord_app using (user_id = (select my_id())) with check (user_id = (select my_id()));
create policy own_views on sight to concord_app using (user_id = (select my_id())) with check (user_id = (select my_id()));
create policy audits on sight for select to concord_app using (operation_id = any ((select my_audits())::int[]));
create policy mine_or_revealed on assessment to concord_app
  -- An opinion's reason speaks of both sides: others read it only with both keys.
  using (locks && (select my_keys()) and (examiner_id = (select my_id()) or (is_revealed and locks <@ (select my_keys()))))
  with check (locks && (select my_keys()) and examiner_id = (select my_id()));
create policy parties on referral to concord_app
  using (locks && (select my_keys()) or (to_agency_id = (select my_agency()) and state not in ('drafted', 'withdrawn')
         and operation_id = any ((select my_memberships())::int[])))
  with check (locks && (select my_keys()) or to_agency_id = (select my_agency()));
create policy parties on outcome to concord_app
  using (locks && (select my_keys()) or stated_by_agency_id = (select my_agency()))
  with check (locks && (select my_keys()) or stated_by_agency_id = (select my_agency()));
-- Whoever may see a statement sees the entry that it is about, whoever opened that entry.
create policy parties on ledger_entry to concord_app
  using (locks && (select my_keys()) or agency_id = (select my_agency()) or id in (select o.ledger_id from outcome o))
  with check (locks && (select my_keys()) or agency_id = (select my_agency()) or id in (select o.ledger_id from outcome o));
-- Whoever asks writes a request; only the agency that owns the material writes an answer.
create policy parties on access_grant to concord_app
  using (agency_id = (select my_agency()) or exists (select 1 from compartment c where c.id = compartment_id and c.agency_id = (select my_agency())))
  with check (agency_id = (select my_agency()) and granted is null or exists (select 1 from compartment c where c.id = compartment_id and c.agency_id = (select my_agency())));
create policy searches on face_search to concord_app
  using (user_id = (select my_id()) or operation_id = any ((select my_audits())::int[])) with check (user_id = (select my_id()));
create policy mine on job to concord_app using (asked_by = (select my_id())) with check (asked_by = (select my_id()));

-- People, the operation and its parts.
create policy memberships on operation to concord_app using (id = any ((select my_memberships())::int[]) or (select is_house_admin()))
  with check (id = any ((select my_memberships())::int[]) or (select is_house_admin()));
create policy memberships on participation to concord_app using (operation_id = any ((select my_memberships())::int[]) or (select is_house_admin()))
  with check (operation_id = any ((select my_memberships())::int[]) or (select is_house_admin()));
create policy house on operation_agency to concord_app using ((select is_house_admin())) with check ((select is_house_admin()));
create policy memberships on membership to concord_app
  using (user_id = (select my_id()) or operation_id = any ((select my_operations())::int[]) or operation_id = any ((select my_administrations())::int[]) or (select is_house_admin()))
  with check (operation_id = any ((select my_administrations())::int[]) or (select is_house_admin()));
create policy agencies on compartment to concord_app using (operation_id = any ((select my_operations())::int[]))
  with check (operation_id = any ((select my_operations())::int[]) and agency_id = (select my_agency()));
create policy everyone on agency for select to concord_app using ((select my_id()) is not null);
create policy admins on agency for all to concord_app using ((select is_house_admin()) or id = (select my_agency()) or cardinality((select my_administrations())::int[]) > 0)
  with check ((select is_house_admin()) or id = (select my_agency()) or cardinality((select my_administrations())::int[]) > 0);
create policy colleagues on app_user for select to concord_app
  using (id = (select my_id()) or is_service or agency_id = (select my_agency()) or (select is_house_admin()) or exists (select 1 from membership m where m.user_id = app_user.id));
create policy self on app_user for update to concord_app using (id = (select my_id()) or (select is_house_admin()));
create policy admins on app_user for insert to concord_app with check ((select is_house_admin())
  or (cardinality((select my_administrations())::int[]) > 0 and not is_house_admin and not is_service));

-- Identity: one's own, or what one can present.
create policy own on passkey to concord_app using (user_id = (select my_id()) or id = (select presented())) with check (user_id = (select my_id()));
create policy own on challenge to concord_app using (id = (select presented())) with check (true);
create policy own on session to concord_app using (user_id = (select my_id()) or id = (select presented())) with check (user_id = (select my_id()));
create policy admins on session for update to concord_app using ((select is_house_admin()));
create policy admins_see on session for select to concord_app using ((select is_house_admin()));
create policy own on api_token to concord_app using (user_id = (select my_id()) or id = (select presented())) with check (user_id = (select my_id()));
create policy own on invitation to concord_app
  using (id = (select presented()) or user_id = (select my_id()) or created_by = (select my_id()))
  with check (created_by = (select my_id()) or user_id = (select my_id()));

-- The record: an operation's own events for its members, a lead's events for who may open a side, all of it for observers.
create policy record on event for select to concord_app using (
  (operation_id = any ((select my_operations())::int[]) and (locks = '{}' or locks && (select my_keys())))
  or operation_id = any ((select my_audits())::int[])
  or (operation_id = 0 and actor_id = (select my_id())));
create policy record on chain for select to concord_app using (operation_id = any ((select my_memberships())::int[]) or operation_id = 0);
create policy numbers on counter to concord_app using (operation_id = any ((select my_operations())::int[])) with check (operation_id = any ((select my_operations())::int[]));

-- Tells nothing but a count: how many contents of these exhibits another country holds too. Of exhibits whose intake has ended, from
-- 20 contents up, and only where that country consents, so that one file cannot be used to ask. Null where no exhibit has a count.
create function known_elsewhere(p_exhibits uuid[]) returns int language sql stable security definer set search_path = public
  as $$ with asked as materialized (
          select e.id, e.operation_id, e.country from exhibit e
          where e.id = any (p_exhibits) and e.compartment_id = any (my_keys()) and e.intake_ended_at is not null
            and (select count(distinct f.sha256) from received_file f where f.exhibit_id = e.id and f.media_item_id is not null) >= 20),
        mine as (
          select distinct f.sha256, a.operation_id, a.country from asked a join received_file f on f.exhibit_id = a.id
          where f.sha256 is not null and f.media_item_id is not null)
        select case when exists (select 1 from asked) then
          (select count(distinct mine.sha256)::int from mine where exists (
             select 1 from received_file o join exhibit x on x.id = o.exhibit_id
             join participation p on p.operation_id = x.operation_id and p.country = x.country
             where o.sha256 = mine.sha256 and x.operation_id = mine.operation_id and x.country <> mine.country and p.shares_known_count)) end $$;
create index ix_received_file_sha256 on received_file (sha256);
