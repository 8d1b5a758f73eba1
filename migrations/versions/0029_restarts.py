"""An exercise that its director begins again: when it was asked for, and which exercise came of it.

Revision ID: 0029
Revises: 0028
"""

from migrations.sql_files import run_sql

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Add the columns; the director asks, and the demonstration answers by the workers' role."""
    run_sql("""
alter table exercise add column restart_asked_at timestamptz,
  add column restarted_as int references operation;  -- the exercise that was begun in its place
alter table exercise add constraint ck_exercise_restarted check (restarted_as is null or restart_asked_at is not null);
grant update (restart_asked_at) on exercise to concord_app;
""")
