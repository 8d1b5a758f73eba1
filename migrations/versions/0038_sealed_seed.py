"""No member of an exercise can read its seed: it decides the partners' errors, and would tell which opinions are wrong.

Revision ID: 0038
Revises: 0037
"""

from migrations.sql_files import run_sql

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Let people read the other columns of an exercise. The debrief, which workers draw up, says the seed at the
    end."""
    run_sql("""
revoke select on exercise from concord_app;
grant select (operation_id, scenario, pace, is_paused, steps, line_cut_until, begun_at, revealed_at, revealed_by,
  reveal_reason, restart_asked_at, restarted_as) on exercise to concord_app;
""")
