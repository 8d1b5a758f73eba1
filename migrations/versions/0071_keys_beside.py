"""Labels, names, numbers and texts have keys beside them: two spellings are one, and are found without accents.

Revision ID: 0071
Revises: 0070
"""

from __future__ import annotations

import re
import unicodedata

from alembic import op
from sqlalchemy import text

from migrations.sql_files import run_sql

revision = "0071"
down_revision = "0070"

COMPARED = (
    ("agency", "name", "country", "created_at"),
    ("exhibit", "label", "operation_id, country", "received_at"),
    ("register", "name", "operation_id, country", "attested_at"),
)
FOUND = (
    ("exhibit", "label, case_reference"),
    ("register_entry", "number"),
    ("comment", "body"),
)
MARKLESS = str.maketrans(
    {
        "\u00f8": "o",
        "\u0142": "l",
        "\u0111": "d",
        "\u00f0": "d",
        "\u0127": "h",
        "\u0167": "t",
        "\u0131": "i",
        "\u00e6": "ae",
        "\u0153": "oe",
        "\u00fe": "th",
    }
)


def upgrade() -> None:
    """Add and fill the keys. Of rows with one key that stand there already the first has it; the others have none, are
    compared no more, and stay as they are."""
    connection = op.get_bind()
    for table, column, place, since in COMPARED:
        run_sql(
            f"alter table {table} add column {column}_key text;  -- as it is compared; none: another was there first"
        )
        taken: set[tuple[object, ...]] = set()
        rows = connection.execute(text(f"select id, {column}, {place} from {table} order by {since}, id"))
        for row_id, words, *where in rows.all():
            mark = (*where, _compared(words))
            if mark not in taken:
                _fill(table, f"{column}_key", row_id, _compared(words))
            taken.add(mark)
        run_sql(f"create unique index uq_{table}_{column}_key on {table} ({place}, {column}_key);")
    for table, typed in FOUND:
        run_sql(f"alter table {table} add column find_key text not null default '';  -- as it is found: without marks")
        for row_id, *words in connection.execute(text(f"select id, {typed} from {table}")).all():
            _fill(table, "find_key", row_id, "\n".join(_found(each) for each in words))


def _fill(table: str, column: str, row_id: object, key: str) -> None:
    op.get_bind().execute(text(f"update {table} set {column} = :key where id = :id"), {"id": row_id, "key": key})


def _compared(words: str) -> str:
    """What `comparison_key` answered when this migration was written: migrations never import the workspace."""
    visible = "".join(c for c in re.sub(r"\s+", " ", words) if unicodedata.category(c) not in ("Cf", "Cc"))
    while (folded := unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())) != visible:
        visible = folded
    dashed = "".join("-" if c == "\u2212" or unicodedata.category(c) == "Pd" else c for c in visible)
    return re.sub(r"\s+", " ", dashed).strip()


def _found(words: str) -> str:
    """What `search_key` answered then."""
    key = _compared(words)
    while (bare := _compared(_without_marks(key))) != key:
        key = bare
    return key


def _without_marks(words: str) -> str:
    parts = unicodedata.normalize("NFKD", words)
    return "".join(c for c in parts if unicodedata.category(c) != "Mn").translate(MARKLESS)
