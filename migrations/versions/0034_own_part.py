"""A person may delete the own part of a debrief: the opinions that stand beside the truth.

Revision ID: 0034
Revises: 0033
"""

from migrations.sql_files import run_sql

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Let an examiner delete the own rows, and nobody else's."""
    run_sql("""
create policy own_gone on debrief_opinion for delete to concord_app using (examiner_id = (select my_id()));
grant delete on debrief_opinion to concord_app;
""")
