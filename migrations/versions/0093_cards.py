"""Clue cards: a masked part of a picture and a question for the whole operation, and the answers to it.

Revision ID: 0093
Revises: 0092
"""

from migrations.sql_files import run_sql_files

revision = "0093"
down_revision = "0092"


def upgrade() -> None:
    """Add cards, answers and the words of tips, bind them to the record, and let cards go with their leads."""
    run_sql_files(__file__, "cards", "moves")
