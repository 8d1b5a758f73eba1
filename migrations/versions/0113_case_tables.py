"""A case may follow the own country's table of categories, and is written again with the grades by it.

Revision ID: 0113
Revises: 0112
"""

from migrations.sql_files import run_sql

revision = "0113"
down_revision = "0112"


def upgrade() -> None:
    """Keep which table a case follows."""
    run_sql("""
alter table exhibit_case drop constraint exhibit_case_scheme_check;
alter table exhibit_case
  add column table_id uuid references grade_table,  -- the owner's country's, as it stood
  add constraint exhibit_case_scheme_check check (scheme in ('none', 'own', 'us_2_0', 'us_legacy')),
  add constraint exhibit_case_table check ((scheme = 'own') = (table_id is not null));
alter table register_import drop constraint register_import_scheme_check;
alter table register_import add constraint register_import_scheme_check
  check (scheme in ('none', 'own', 'us_2_0', 'us_legacy'));
update governed set fixed = fixed || '{table_id}' where name = 'exhibit_case';
select govern('exhibit_case');
select seal_all('exhibit_case');
select bind_all();
""")
