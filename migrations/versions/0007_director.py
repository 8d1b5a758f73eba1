"""What the exercise needs elsewhere: whose line is cut, who plays a member, and who was seen when.

Revision ID: 0007
Revises: 0006
"""

from migrations.sql_files import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Answer the sockets whose line is cut, whoever looks who plays a member, and the director who was seen when."""
    run_sql("""
create function lines_cut(p_operations int[]) returns setof int language sql stable security definer
  set search_path = public
  -- Which of these operations are without live updates now; for the sockets, which nobody asks in particular.
  as $$ select operation_id from exercise where operation_id = any (p_operations) and line_cut_until > now() $$;
create function played_by(p_operation int, p_user int) returns text language sql stable parallel safe
  -- Who plays this member now; in a real operation always a person.
  as $$ select coalesce((select s.played_by from exercise_seat s
          where s.operation_id = p_operation and s.user_id = p_user), 'person') $$;
create function exercise_seen(p_operation int) returns table (user_id int, seen_at timestamptz)
  language sql stable security definer set search_path = public
  -- When each person of an exercise was last seen in it, for its director, who may read nobody's sessions.
  as $$ select m.user_id, max(s.seen_at) from membership m join exercise e on e.operation_id = m.operation_id
        join session s on s.user_id = m.user_id and s.played_by = 'person' and s.created_at >= e.begun_at
          and s.ended_at is null and s.expires_at > now()
        where m.operation_id = p_operation and p_operation = any (my_directions()) group by m.user_id $$;
revoke execute on function lines_cut, played_by, exercise_seen from public;
grant execute on function lines_cut, played_by, exercise_seen to concord_app, concord_worker;
""")
