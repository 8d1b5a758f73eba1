"""Faces are compared with persons before a compartment is held, and two faces of one picture may be one person.

Revision ID: 0126
Revises: 0125
"""

from migrations.sql_files import run_sql

revision = "0126"
down_revision = "0125"


def upgrade() -> None:
    """Number the changes of persons, and let a face name the one of its picture with which it was joined."""
    run_sql("""
-- The number of the transaction that made a person what it is for a comparison. Whoever compared faces with persons
-- asks, once he holds the compartment, for what was changed since the oldest transaction that was open when he
-- compared.
alter table person add column changed_in bigint not null default pg_current_xact_id()::text::bigint;
create index ix_person_changed on person (compartment_id, changed_in);
create trigger number_change
  before update of centroid, face_count, model_digest, compartment_id, merged_into, changed_in on person
  for each row execute function number_change();

-- The face of the same picture, or of the same moment of a video, with which the machine put this one together: both
-- show one person (a contact sheet, a collage, a mirror). People take it back by splitting the person.
alter table face add column joined_with uuid references face;
create index ix_face_joined_with on face (joined_with) where joined_with is not null;
""")
