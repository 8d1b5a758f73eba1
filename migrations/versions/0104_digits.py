"""Digits of every script are compared and found as 0 to 9.

Revision ID: 0104
Revises: 0103
"""

from __future__ import annotations

import sys
import unicodedata

from alembic import op
from sqlalchemy import text

from migrations.sql_files import run_sql

revision = "0104"
down_revision = "0103"

DIGITS = {
    chr(code): str(unicodedata.decimal(chr(code))) for code in range(128, sys.maxunicode + 1) if chr(code).isdecimal()
}
"""Every decimal digit outside of ASCII."""
UNIQUE = (
    ("agency", "name_key", "country", "created_at"),
    ("exhibit", "label_key", "operation_id, country", "received_at"),
    ("register", "name_key", "operation_id, country", "attested_at"),
)
FOUND = ("exhibit", "register_entry", "comment")


def upgrade() -> None:
    """Write the keys that hold other digits anew. Where another row has that key, it keeps it, as in 0071. The numbers
    of entries are
    governed: what the migration changed of them is bound."""
    signs = {"other": "".join(DIGITS), "plain": "".join(DIGITS.values())}
    connection = op.get_bind()
    for table, column, place, since in UNIQUE:
        rows = connection.execute(
            text(
                f"select id, translate({column}, :other, :plain) as key, {place} from {table} "
                f"where {column} <> translate({column}, :other, :plain) order by {since}, id"
            ),
            signs,
        ).all()
        for row_id, key, *where in rows:
            here = dict(zip(place.split(", "), where, strict=True))
            same = " and ".join(f"{name} = :{name}" for name in here)
            connection.execute(
                text(
                    f"update {table} set {column} = case when exists (select 1 from {table} where {same} and {column} "
                    f"= :key) "
                    "then null else :key end where id = :id"
                ),
                {"id": row_id, "key": key, **here},
            )
    for table in FOUND:
        connection.execute(
            text(
                f"update {table} set find_key = translate(find_key, :other, :plain) "
                "where find_key <> translate(find_key, :other, :plain)"
            ),
            signs,
        )
    connection.execute(
        text(
            "update media_item set camera_key = translate(camera_key, :other, :plain) "
            "where camera_key <> translate(camera_key, :other, :plain)"
        ),
        signs,
    )
    operations = connection.scalars(
        text(
            "with changed as (update register_entry set number_key = translate(number_key, :other, :plain) "
            "where number_key <> translate(number_key, :other, :plain) returning operation_id) select distinct "
            "operation_id from changed"
        ),
        signs,
    ).all()
    for operation_id in operations:
        connection.execute(text("select seal_all('register_entry', :id)"), {"id": operation_id})
    if operations:
        run_sql("select bind_all();")
