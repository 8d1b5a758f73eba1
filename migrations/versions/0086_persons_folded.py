"""Who is one person is folded from the machine's grouping and the acts that stand; faces are split off a person.

Revision ID: 0086
Revises: 0085
"""

from migrations.sql_files import run_sql_files

revision = "0086"
down_revision = "0085"


def upgrade() -> None:
    """Keep the machine's person beside each face, give acts their order and the faces of a split, and regroup by one
    function."""
    run_sql_files(__file__, "rows", "regroup", "closing")
