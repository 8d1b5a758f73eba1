"""The path of a file whose name is no text is kept as the bytes that it was on the device.

Revision ID: 0012
Revises: 0011
"""

from migrations.sql_files import run_sql

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Keep the bytes beside the text; null where the text says all of them."""
    run_sql("""
alter table received_file add column path_bytes bytea;  -- the path on the device, where that is no UTF-8
""")
