"""Consents can be changed: a face may stand without its vector, and a medium be read without looking for faces.

Revision ID: 0018
Revises: 0017
"""

from migrations.sql_files import run_sql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Let a vector be erased, and remember in which media nobody looked for faces."""
    run_sql("""
create function compartments_of(p_operation int, p_country text) returns setof int language sql stable parallel safe
  as $$ select c.id from compartment c join agency a on a.id = c.agency_id
        where c.operation_id = p_operation and a.country = p_country $$;
revoke execute on function compartments_of from public;
grant execute on function compartments_of to concord_worker;
alter table face alter column embedding drop not null;  -- erased while its country does not let faces be compared
alter table media_item add column faces_sought boolean not null default true;
update media_item m set faces_sought = false from compartment c join agency a on a.id = c.agency_id
  join participation p on p.operation_id = c.operation_id and p.country = a.country
  where c.id = m.compartment_id and m.state = 'read' and not p.face_recognition;
""")
