"""Examiners say of a person what they see: age, likely country, notes, the face that shows it best.

Revision ID: 0098
Revises: 0097
"""

from migrations.sql_files import run_sql_files

revision = "0098"
down_revision = "0097"


def upgrade() -> None:
    """Add what is said of persons, governed, and keep each person's age as the last that its agency said."""
    run_sql_files(__file__, "words", "moves")
