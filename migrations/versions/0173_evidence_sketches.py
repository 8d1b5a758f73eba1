"""What a lead withholds beside a face is found without reading the vector of every face of every lead.

Revision ID: 0173
Revises: 0172
"""

from migrations.sql_files import run_sql_files

revision = "0173"
down_revision = "0172"


def upgrade() -> None:
    """Evidence carries the beginning of its face's vector, which follows it."""
    run_sql_files(__file__, "sketches", "withheld")
