"""Who lifted which veil is read by the agency that owns the picture, and by whoever lifted it.

Revision ID: 0032
Revises: 0031
"""

from migrations.sql_files import run_sql

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Narrow the rows of lifted veils: every holder of a key could read them."""
    run_sql("""
drop policy keys on media_view;
create policy owner on media_view for select to concord_app
  using (user_id = (select my_id()) and operation_id = any ((select my_operations())::int[])
    or (compartment_id = any ((select my_keys())::int[])
        and compartment_id = any ((select array_agg(c.id) from compartment c where c.agency_id = my_agency())::int[])));
create policy own on media_view for insert to concord_app
  with check (compartment_id = any ((select my_keys())::int[]) and user_id = (select my_id()));
create index ix_media_view_compartment on media_view (compartment_id);
""")
