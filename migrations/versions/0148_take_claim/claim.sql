-- Row-level security asked who opens what twice of each claim (of the row as it was, and as it became), and why_not_judge asks it again
-- with the row in hand. Here it is asked once, by the question that decides.
create function take_claim(p_lead uuid, p_stages text[], p_lease interval, p_waits boolean) returns int
  language plpgsql volatile security definer set search_path = public as $$
-- The caller's claim of a lead that nobody holds and whose stage is one of these; its token, or null: somebody holds it, or claims it at
-- this moment. p_waits: wait for whoever is claiming. Raises CN002 with a code of why_not_judge where the caller may not judge the lead:
-- asked when its row is the caller's, so that nobody can sign between the answer and the commit.
declare v_token int; v_why text;
begin
  update lead l set holder_id = my_id(), holder_agency_id = my_agency(), lease_until = now() + p_lease, claim_token = l.claim_token + 1
  where l.id = p_lead and l.stage = any (p_stages) and (l.holder_id is null or l.lease_until <= now()) and (p_waits or try_to_claim(l.id))
  returning l.claim_token into v_token;
  if v_token is null and exists (select 1 from lead l where l.id = p_lead and opens(l.locks)) then return null; end if;
  v_why := why_not_judge(p_lead, my_id());
  if v_why is not null then raise exception '%', v_why using errcode = 'CN002'; end if;
  return v_token;
end $$;
revoke execute on function take_claim from public;
grant execute on function take_claim to concord_app, concord_worker;
