"""The traces that a file carries besides its camera: its lens, the document that it was made of, and what speaks
against its clock.

Revision ID: 0102
Revises: 0101
"""

from migrations.sql_files import run_sql_files

revision = "0102"
down_revision = "0101"


def upgrade() -> None:
    """Keep them with the medium, with the keys by which they are compared."""
    run_sql_files(__file__, "traces")
