"""A write that is sent again is stored once: its key is kept for a day with what it was answered.

Revision ID: 0058
Revises: 0057
"""

from migrations.sql_files import run_sql

revision = "0058"
down_revision = "0057"


def upgrade() -> None:
    """Add the keys of writes, each its sender's alone."""
    run_sql("""
create table write_key (                      -- one press of a person, or one request of a program
  user_id int not null references app_user,
  key text not null check (key ~ '^[A-Za-z0-9_-]{16,100}$'),
  digest bytea not null,                      -- SHA-256 of the request: another one under the same key is refused
  asked jsonb not null default '[]',          -- what policy was asked: [action, operation, lead], to be asked again
  status int,                                 -- of the answer; none where it cannot be given again
  answer jsonb,                               -- ids, numbers, times and codes alone
  written_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index ix_write_key_age on write_key (written_at);
alter table write_key enable row level security;
create policy worker_all on write_key to concord_worker using (true) with check (true);
create policy own on write_key to concord_app using (user_id = (select my_id()))
  with check (user_id = (select my_id()));
grant select, insert, update, delete on write_key to concord_app, concord_worker;
""")
