"""Examiners say of a person what they see: age, likely country, notes, the face that shows it best.

Revision ID: 0093
Revises: 0092
"""

from migrations.sql_files import run_sql_files

revision = "0093"
down_revision = "0092"


def upgrade() -> None:
    """Add what is said of persons, governed, and keep each person's age as the last that its agency said."""
    run_sql_files(__file__, "words", "moves")
