"""Who leaves holds nothing: claims of a person whose part has ended are freed, with the cause, in custody of the
country.

Revision ID: 0062
Revises: 0061
"""

from migrations.sql_files import run_sql_files

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    """Add why a lead lost its holder; whoever claims it next ends that."""
    run_sql_files(__file__, "change")
