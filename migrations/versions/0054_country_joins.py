"""One more thing that a director can put into the week: a country that asks to join.

Revision ID: 0054
Revises: 0053
"""

from migrations.sql_files import run_sql

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    """Accept the new kind."""
    run_sql("""
alter table exercise_injection drop constraint exercise_injection_kind_check;
alter table exercise_injection add constraint exercise_injection_kind_check
  check (kind in ('line_cut', 'wrong_statement', 'returned_referral',
    'withdrawn_entry', 'window_moved', 'country_joins'));
""")
