"""The house: all tables, keys and locks, the event chain.

Plain SQL, in files beside this one, because row-level security, generated columns and the chain are SQL and nothing else.

Revision ID: 0001
Revises:
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FILES = ("tables", "visibility", "chain")


def upgrade() -> None:
    """Run the three files in order: tables, who may see which rows, the event chain."""
    folder = Path(__file__).resolve().parent / "0001_house"
    for name in FILES:
        # The driver's own cursor, without parameters: the files hold percent signs of format().
        op.get_bind().connection.cursor().execute((folder / f"{name}.sql").read_text(encoding="utf-8"))
