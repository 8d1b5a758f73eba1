"""Entries of a register are told apart by a key of their number: one number in two spellings is one entry.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import re
import unicodedata

from alembic import op
from sqlalchemy import text

from migrations.sql_files import run_sql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Give each entry the key of its number. Entries of one key that stand there already are kept, and listed."""
    run_sql("""
alter table register_entry add column number_key text not null default '';  -- the number as numbers are compared
""")
    connection = op.get_bind()
    for entry_id, number in connection.execute(text("select id, number from register_entry")).all():
        connection.execute(
            text("update register_entry set number_key = :key where id = :id"), {"id": entry_id, "key": _key(number)}
        )
    run_sql("""
alter table register_entry alter column number_key drop default;
create index ix_register_entry_key on register_entry (register_id, number_key);
""")


def _key(number: str) -> str:
    """What `comparison_key` answered when this migration was written: migrations never import the workspace."""
    visible = "".join(c for c in re.sub(r"\s+", " ", number) if unicodedata.category(c) not in ("Cf", "Cc"))
    while (folded := unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())) != visible:
        visible = folded
    dashed = "".join("-" if c == "\u2212" or unicodedata.category(c) == "Pd" else c for c in visible)
    return re.sub(r"\s+", " ", dashed).strip()
