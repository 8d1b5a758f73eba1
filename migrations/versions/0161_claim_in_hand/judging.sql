create or replace function why_not_judge(p_lead uuid, p_user integer) returns text language plpgsql security definer set search_path = public as $$
-- Why this person may not give the next opinion on a lead that the caller holds a key to; null if he may. The one rule of claim,
-- hand-over, signature and of what the page offers. It says a code and nothing of the opinions, which the caller may not read.
-- Volatile, so that it sees what was committed before the caller had the lead's row (a stable one would see the statement's start).
-- Unsettled opinions count: two examiners of one country must not pass each other in the seconds of the undo.
-- An opinion needs a record of qualification that is valid on the operation's day: leads that compare faces one for comparing faces.
declare v_lead record; v_country text; v_standing text; v_me text; v_keys int[] := my_keys(); v_closed int[] := my_closed(); v_given record;
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
    v_me := current_setting('app.user_id', true);
    perform set_config('app.user_id', p_user::text, true);
    v_keys := my_keys();
    v_closed := my_closed();
    v_opens_both := v_lead.locks <@ v_keys or opens_both(p_lead, v_lead.locks, v_keys, my_pairs());  -- pairs are asked where they decide
    perform set_config('app.user_id', v_me, true);
    if not v_lead.locks && v_keys or v_lead.locks && v_closed then return 'no_key'; end if;
  else
    v_opens_both := v_lead.locks <@ v_keys or opens_both(p_lead, v_lead.locks, v_keys, my_pairs());
  end if;
  if not v_opens_both then return 'one_side'; end if;  -- an opinion compares the two
  if not exists (select 1 from qualification q where q.operation_id = v_lead.operation_id and q.user_id = p_user and q.ended_at is null
                 and v_lead.today between q.valid_from and q.valid_until
                 and (q.competence = 'facial_comparison' or v_lead.kind not in ('register_match', 'same_face'))) then return 'not_qualified'; end if;
  select array_agg(a.country) as countries, bool_or(a.examiner_id = p_user) as own, bool_or(a.settled_at is null) as unsettled into v_given
  from assessment a where a.lead_id = p_lead and a.undone_at is null;
  if v_given.countries is null then return null; end if;  -- nobody has given one
  if v_given.own then return 'own_opinion'; end if;
  if v_given.unsettled then return 'unsettled'; end if;
  if v_lead.second_from_other_country and v_given.countries = array[v_country] then return 'same_country'; end if;
  if exists (select 1 from assessment s where s.lead_id = p_lead and s.undone_at is null
             and not are_independent(v_lead.operation_id, s.examiner_id, p_user)) then return 'not_independent'; end if;
  return null;
end $$;
