create table record_check (                   -- the last check of each chain; 0: the installation's own
  operation_id int primary key references chain,
  checked_at timestamptz not null default now(),
  through bigint not null,                    -- number of the last event that it followed
  events int not null,
  rows int not null,                          -- governed rows
  erased int not null,
  state text not null check (state in ('intact', 'broken')),
  faults int not null,                        -- how many; `broken` holds the first thousand
  broken jsonb not null,                      -- [{table, key, what, leads}]; leads: null where it concerns all
  intact_at timestamptz                       -- of the last check that found nothing
);
alter table record_check enable row level security;
create policy worker_all on record_check to concord_worker using (true) with check (true);
-- Observers and whoever leads: what does not match is everybody's concern, which rows they are is theirs who answer for it.
create policy auditors on record_check for select to concord_app using (
  operation_id = any ((select my_audits())::int[]) or exists (select 1 from membership m where m.operation_id = record_check.operation_id
    and m.user_id = (select my_id()) and m.role = 'operation_lead' and m.operation_id = any ((select my_administrations())::int[])));
grant select on record_check to concord_app;
grant select, insert, update on record_check to concord_worker;

create function record_is_broken(p_operation int) returns boolean language sql stable parallel safe security definer set search_path = public
  -- Whether the last check of an operation's chain, or of the installation's, found something.
  as $$ select exists (select 1 from record_check where operation_id in (0, p_operation) and state = 'broken') $$;

create function leads_of_broken(p_table text, p_key text) returns uuid[] language plpgsql stable security definer set search_path = public as $$
-- The leads that a governed row speaks of; null where it concerns all of them (members, terms, rules, agencies), or is gone.
declare v uuid[];
begin
  if p_table in ('edition', 'face_search', 'series', 'series_act', 'person_act', 'removal', 'suspension', 'country_lead_proposal') then
    return '{}';  -- no package rests on these
  elsif p_table in ('assessment', 'annotation', 'comment', 'corroboration', 'jurisdiction_claim', 'lead_reason', 'access_grant', 'outcome', 'referral') then
    execute format('select array[lead_id] from %I where id::text = $1 and lead_id is not null', p_table) into v using p_key;
  elsif p_table = 'release_permission' then
    select array[r.lead_id] into v from release_permission p join referral r on r.id = p.referral_id where p.id::text = p_key;
  elsif p_table = 'referral_release' then
    select array[r.lead_id] into v from referral_release x join referral r on r.id = x.referral_id where x.id::text = p_key;
  elsif p_table = 'referral_picture' then
    select array[r.lead_id] into v from referral r where r.id::text = split_part(p_key, ' ', 1);
  elsif p_table in ('exhibit', 'register_entry') then
    select coalesce(array_agg(distinct e.lead_id), '{}') into v from lead_evidence e where p_key in (e.exhibit_id::text, e.register_entry_id::text);
  elsif p_table = 'exhibit_change' then
    select coalesce(array_agg(distinct e.lead_id), '{}') into v from lead_evidence e join exhibit_change x on x.exhibit_id = e.exhibit_id
      where x.id::text = p_key;
  elsif p_table = 'entry_end' then
    select coalesce(array_agg(distinct e.lead_id), '{}') into v from lead_evidence e join entry_end x on x.entry_id = e.register_entry_id
      where x.id::text = p_key;
  elsif p_table in ('ledger_entry', 'ledger_act') then
    return '{}';
  end if;
  return v;
end $$;
revoke execute on function record_is_broken, leads_of_broken from public;
grant execute on function record_is_broken to concord_app, concord_worker;
grant execute on function leads_of_broken to concord_worker;
