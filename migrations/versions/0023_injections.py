"""Two more things that a director can put into the week: an entry that its agency withdraws, and an end that comes
near.

Revision ID: 0023
Revises: 0022
"""

from migrations.sql_files import run_sql

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Accept the new kinds."""
    run_sql("""
alter table exercise_injection drop constraint exercise_injection_kind_check;
alter table exercise_injection add constraint exercise_injection_kind_check
  check (kind in ('line_cut', 'wrong_statement', 'returned_referral', 'withdrawn_entry', 'window_moved'));
""")
