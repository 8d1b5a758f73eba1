"""What may be found now, and was looked for in vain before, is looked for again.

Revision ID: 0164
Revises: 0163
"""

from migrations.sql_files import run_sql, run_sql_files

revision = "0164"
down_revision = "0163"


def upgrade() -> None:
    """A person's wish may have a job done anew, and jobs that failed for good are found without reading all of them."""
    run_sql_files(__file__, "again")
    run_sql("create index ix_job_failed on job (done_at) where state = 'failed';")
