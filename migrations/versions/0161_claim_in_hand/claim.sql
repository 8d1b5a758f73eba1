-- One statement takes the claim and answers what policy is asked about, so that the lead is not loaded before it: keys are asked once.
drop function take_claim(uuid, text[], interval, boolean);
create function take_claim(p_lead uuid, p_stages text[], p_waits boolean, out token bigint, out operation_id int, out locks int[],
    out countries text[], out custody text, out late_until date, out state text, out closes_at timestamptz, out time_zone text,
    out is_exercise boolean)
  language plpgsql volatile security definer set search_path = public as $$
-- The caller's claim of a lead that nobody holds and whose stage is one of these, for the operation's lease, with what stood on it.
-- All null where nothing was taken: somebody holds it, or claims it at this moment, or why_not_judge says why not (asked when the row is
-- the caller's, so that nobody can sign between the answer and the commit). p_waits: wait for whoever is claiming.
declare v_it record;
begin
  select l.operation_id, l.locks, l.countries, l.custody, l.late_until, o.state, o.closes_at, o.time_zone, o.is_exercise, o.lease_s into v_it
  from lead l join operation o on o.id = l.operation_id
  where l.id = p_lead and l.stage = any (p_stages) and (l.holder_id is null or l.lease_until <= now()) and (p_waits or try_to_claim(l.id))
  for no key update of l;
  if not found or why_not_judge(p_lead, my_id()) is not null then return; end if;
  update lead l set holder_id = my_id(), holder_agency_id = my_agency(), lease_until = now() + make_interval(secs => v_it.lease_s),
    claim_token = l.claim_token + 1
  where l.id = p_lead returning l.claim_token into token;
  operation_id := v_it.operation_id; locks := v_it.locks; countries := v_it.countries; custody := v_it.custody; late_until := v_it.late_until;
  state := v_it.state; closes_at := v_it.closes_at; time_zone := v_it.time_zone; is_exercise := v_it.is_exercise;
end $$;
revoke execute on function take_claim from public;
grant execute on function take_claim to concord_app, concord_worker;
