create function watches_installation() returns boolean language sql stable security definer parallel safe set search_path = public
  -- Whether I may keep heads of the installation's own record and export its lines: as one of its administrators, or as somebody whom
  -- others have met and who leads or observes an operation. Not by one click of an exercise.
  as $$ select is_house_admin() or not exercises_only() and exists (
          select 1 from membership m where m.user_id = my_id() and m.operation_id = any (my_memberships()) and m.standing <> 'newcomer'
            and m.role in ('operation_lead', 'country_lead', 'observer')) $$;

create function installation_heads() returns table (seq bigint, given int, kept int) language sql stable security definer set search_path = public
  -- Of each signed head of the installation's record: how many people may keep it, and how many do; who they are is not said.
  as $$ with keepers as (
          select u.id from app_user u where u.disabled_at is null and not u.is_service and (u.is_house_admin or exists (
            select 1 from membership m where m.user_id = u.id and holds_now(m) and m.standing <> 'newcomer'
              and m.role in ('operation_lead', 'country_lead', 'observer')))),
        taken as (
          select distinct (e.payload->>'upto')::bigint as seq, e.actor_id from event e where e.operation_id = 0 and e.kind = 'head:taken')
        select h.seq, (select count(*) from keepers)::int, (select count(*) from taken t join keepers k on k.id = t.actor_id where t.seq = h.seq)::int
        from signed_head h where h.operation_id = 0 and watches_installation() $$;

create or replace function exports_record(p_operation int) returns boolean language sql stable security definer set search_path = public
-- Whether I may export a record: of an operation as an observer, or as a lead whose country takes part; that of the installation, 0, as
-- whoever watches over it.
as $$ select case p_operation when 0 then watches_installation() else p_operation = any (my_audits()) or (p_operation = any (my_operations()) and exists (
  select 1 from membership m where m.operation_id = p_operation and m.user_id = my_id() and m.standing <> 'newcomer'
    and m.role in ('operation_lead', 'country_lead'))) end $$;

revoke execute on function watches_installation, installation_heads from public;
grant execute on function watches_installation, installation_heads to concord_app, concord_worker;

create policy watchers on signed_head for select to concord_app using (operation_id = 0 and (select watches_installation()));
create policy watchers on record_check for select to concord_app using (operation_id = 0 and (select watches_installation()));
-- What was done to accounts, their administrators read whole; everybody else has one's own events, and of the others the digests.
create policy administrators on event for select to concord_app using (operation_id = 0 and (select is_house_admin()));
