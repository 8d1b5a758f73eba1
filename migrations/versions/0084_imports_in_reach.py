"""Whoever left an operation reads no report of a register that they sent into it.

Revision ID: 0084
Revises: 0083
"""

from migrations.sql_files import run_sql

revision = "0084"
down_revision = "0083"


def upgrade() -> None:
    """Ask of everybody first whether the operation is theirs now: whoever sent it too."""
    run_sql("""
drop policy own on register_import;
create policy own on register_import to concord_app
  using (operation_id = any ((select my_operations())::int[])
    and (asked_by = (select my_id()) or (agency_id = (select my_agency()) and exists (
      select 1 from compartment c where c.operation_id = register_import.operation_id
        and c.agency_id = register_import.agency_id
        and c.id = any ((select my_keys())::int[])))))
  with check (agency_id = (select my_agency()) and operation_id = any ((select my_operations())::int[]));
""")
