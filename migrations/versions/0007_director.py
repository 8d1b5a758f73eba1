"""What the exercise needs elsewhere: whose line is cut, for the sockets, and who plays a member, where a name stands.

Revision ID: 0007
Revises: 0006
"""

from migrations.sql_files import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Answer whose line is cut, to the sockets, and who plays a member, with the rights of who looks."""
    run_sql("""
create function lines_cut(p_operations int[]) returns setof int language sql stable security definer set search_path = public
  -- Which of these operations are without live updates now; for the sockets, which nobody asks in particular.
  as $$ select operation_id from exercise where operation_id = any (p_operations) and line_cut_until > now() $$;
create function played_by(p_operation int, p_user int) returns text language sql stable parallel safe
  -- Who plays this member now; in a real operation always a person.
  as $$ select coalesce((select s.played_by from exercise_seat s where s.operation_id = p_operation and s.user_id = p_user), 'person') $$;
revoke execute on function lines_cut, played_by from public;
grant execute on function lines_cut, played_by to concord_app, concord_worker;
""")
