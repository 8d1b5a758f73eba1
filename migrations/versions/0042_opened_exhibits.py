"""The owner of a closed exhibit opens it to all countries.

Revision ID: 0042
Revises: 0041
"""

from migrations.sql_files import run_sql

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Tell the one compartment that an agency shares from those that it opens later, and let their owner open them."""
    run_sql("""
alter table compartment add column is_common boolean not null default false;
update compartment set is_common = true where sharing = 'operation';
alter table compartment add constraint ck_compartment_common check (not is_common or sharing = 'operation');
drop index uq_compartment_shared;
create unique index uq_compartment_common on compartment (operation_id, agency_id) where is_common;
grant update (sharing) on compartment to concord_app;
""")
