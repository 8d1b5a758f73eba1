"""Facts of an exhibit that can be corrected are governed as such.

Revision ID: 0082
Revises: 0081
"""

from migrations.sql_files import run_sql

revision = "0082"
down_revision = "0081"


def upgrade() -> None:
    """A correction is an act like any other: it has an event, and what stood before stands in a row of its own."""
    run_sql("""
update governed set fixed = '{operation_id,country,label,was_prepared,received_at}',
  free = '{compartment_id,handling_code,kind,case_reference,custodian,seized_by,seized_on,acquired_hash}' where name = 'exhibit';
select govern('exhibit');
select seal_all('exhibit');
select bind_all();
""")
