"""Runs the SQL of a migration: a few statements stand in the migration, more in files in a folder beside it, with the
same name.

Must not import the workspace: a migration runs as it was written, whatever the code says later.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op


def run_sql_files(migration: str, *names: str) -> None:
    """Run these files in this order. migration: the `__file__` of the migration; names: without `.sql`."""
    folder = Path(migration).with_suffix("")
    for name in names:
        run_sql((folder / f"{name}.sql").read_text(encoding="utf-8"))


def run_sql(statements: str) -> None:
    """Run these statements: by the driver's own cursor, without parameters, since they may hold percent signs of
    format()."""
    op.get_bind().connection.cursor().execute(statements)
