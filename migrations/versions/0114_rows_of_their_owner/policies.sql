-- Who opens another agency's material reads it and writes nothing into it; what an agency, a country and an operation say of themselves is
-- written by those who speak for them. Checked of what is written alone: a row that is held or changed by a function is not asked.
do $$
declare t text; c text;
begin
  foreach t in array array['exhibit', 'register', 'register_entry', 'received_file', 'media_item', 'face', 'track', 'near_copy', 'lead_evidence'] loop
    foreach c in array array['insert', 'update'] loop
      execute format('create policy %2$I on %1$I as restrictive for %3$s to concord_app %4$s with check ((select is_service()) '
        'or compartment_id = any ((select array(select c.id from compartment c where c.agency_id = (select my_agency())))::int[]))',
        t, 'of_the_own_agency_' || c, c, case c when 'update' then 'using (true)' else '' end);
    end loop;
  end loop;
end $$;
create policy by_itself on agency as restrictive for update to concord_app using (true)
  with check (id = (select my_agency()) or (select is_house_admin()) or (select is_service()));
create policy unaccepted on participation as restrictive for insert to concord_app
  with check (num_nonnulls(accepted_at, accepted_by, accepted_until) = 0);
create policy by_its_country on participation as restrictive for update to concord_app using (true)
  with check ((select is_service()) or country = (select a.country from agency a where a.id = (select my_agency())));
create policy by_who_leads on operation as restrictive for update to concord_app using (true)
  with check ((select is_service()) or (select is_house_admin())
    or id = any ((select my_administrations())::int[]) or id = any ((select my_directions())::int[]));
-- A column of triage is the present operation lead's.
create policy by_who_leads on series_column as restrictive for insert to concord_app
  with check (operation_id = any ((select my_leaderships())::int[]));
create policy by_who_leads_back on series_column as restrictive for update to concord_app using (true)
  with check (operation_id = any ((select my_leaderships())::int[]));
