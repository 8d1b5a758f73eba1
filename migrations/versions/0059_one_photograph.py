"""Copies of one photograph are told more narrowly: other pictures of the same sitting are none.

Revision ID: 0059
Revises: 0058
"""

from migrations.sql_files import run_sql

revision = "0059"
down_revision = "0058"


def upgrade() -> None:
    """At 0.1 most pairs of a register's child counted as copies of each other where its pictures came from few sittings."""
    run_sql("""
create or replace function one_photograph() returns double precision language sql immutable parallel safe as
-- Distance (1 less the cosine) up to which two faces are taken for copies of one photograph: encoded anew or made a little smaller.
-- A copy that was spoilt more escapes; its score then differs as well.
$$ select 0.02::double precision $$;
""")
