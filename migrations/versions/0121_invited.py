"""Whoever brings a person in invites that person, once; who speaks for what stands in the terms, which leaders write.

Revision ID: 0121
Revises: 0120
"""

from migrations.sql_files import run_sql

revision = "0121"
down_revision = "0120"


def upgrade() -> None:
    """An invitation for an account that has a passkey would be a second door to it."""
    run_sql("""
create function has_passkey(p_user int) returns boolean language sql stable security definer set search_path = public
  -- Whether somebody has made this account theirs; answered to who administers an operation.
  as $$ select cardinality(my_administrations()) > 0 and exists (select 1 from passkey p where p.user_id = p_user) $$;
revoke execute on function has_passkey from public;
grant execute on function has_passkey to concord_app;
create policy for_whom_one_brings on invitation as restrictive for insert to concord_app
  with check (created_by = (select my_id()) and used_at is null and ((select is_house_admin()) or (select is_service())
    or not has_passkey(user_id) and exists (
      select 1 from membership m where m.user_id = invitation.user_id and m.invited_by = (select my_id())
        and m.operation_id = any ((select my_administrations())::int[]))));
create policy used_up on invitation as restrictive for update to concord_app
  using (true) with check (used_at is not null);
create policy by_who_leads on operation_agency as restrictive for insert to concord_app
  with check ((select is_service()) or (select is_house_admin())
    or operation_id = any ((select my_administrations())::int[]));
create policy by_who_leads_again on operation_agency as restrictive for update to concord_app using (true)
  with check ((select is_service()) or (select is_house_admin())
    or operation_id = any ((select my_administrations())::int[]));
""")
