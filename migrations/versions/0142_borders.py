"""Copies with other borders: a photo's hash inside of them.

Revision ID: 0142
Revises: 0141
"""

from migrations.sql_files import run_sql

revision = "0142"
down_revision = "0141"


def upgrade() -> None:
    """Keep the eight hashes of what a photo shows inside of its borders; empty where it has none, or was read
    before."""
    run_sql("alter table media_item add column pdq_inner bytea[] not null default '{}'")
