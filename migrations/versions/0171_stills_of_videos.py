"""Videos that were matched before photos were compared with frames, and what waited behind rejected leads, are matched again.

Revision ID: 0171
Revises: 0170
"""

from migrations.sql_files import run_sql

revision = "0171"
down_revision = "0170"


def upgrade() -> None:
    """A video finds all photos that show a frame of it; a lead between devices that stands no more has what waited behind it looked for."""
    run_sql("""
update job set state = 'waiting', attempt = 0, lease_until = null, failure = null, done_at = null
where kind = 'match_media' and state in ('done', 'failed')
  and subject_id in (select m.id from media_item m where m.kind = 'video' and m.frames_hashed_in is not null and m.state = 'read');
insert into job (kind, subject_id, operation_id, asked_by)
select 'match_again', l.id, l.operation_id, (select min(u.id) from app_user u where u.is_service and u.name = 'worker')
from lead l
where l.kind in ('same_file', 'near_copy', 'document_id') and l.stage in ('rejected', 'parked', 'closed')
on conflict (kind, subject_id) do nothing;
""")
