"""Whoever searches brings a picture of his own: it is sealed, kept as long as the search, and erased.

Revision ID: 0134
Revises: 0133
"""

from migrations.sql_files import run_sql_files

revision = "0134"
down_revision = "0133"


def upgrade() -> None:
    """Keep pictures to search with apart from all material, and compare their faces as others are."""
    run_sql_files(__file__, "probes", "compared")
