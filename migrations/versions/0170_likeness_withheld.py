"""A list by likeness tells no more of two persons than the lead that withholds their score.

Revision ID: 0170
Revises: 0169
"""

from migrations.sql_files import run_sql

revision = "0170"
down_revision = "0169"


def upgrade() -> None:
    """Say what a lead withholds where persons are proposed, and where media stand by likeness."""
    run_sql("""
create function likeness_is_withheld(p_one uuid, p_other uuid) returns boolean language sql stable set search_path = public as $$
-- Whether a lead withholds from the caller how much two persons look alike: it compares these two, or one of them with a photograph of
-- which the other has a copy.
select exists (
  select 1 from (values (p_one, p_other), (p_other, p_one)) pair(person_id, other_id)
  join lead_evidence e on e.person_id = pair.person_id join lead l on l.id = e.lead_id
  join lead_evidence o on o.lead_id = l.id and o.side <> e.side join face w on w.id = o.face_id
  where (o.person_id = pair.other_id or exists (
      select 1 from face f where f.person_id = pair.other_id
        and case when f.model_digest = w.model_digest then f.embedding <=> w.embedding <= one_photograph() end))
    and not score_is_open(l.id)) $$;

create function withheld_beside(p_face uuid) returns table (face_id uuid, person_id uuid) language sql stable set search_path = public as $$
-- The faces and persons of whom a lead withholds from the caller how much they look like a face: those beside its person, and those beside
-- a photograph of which it is a copy.
with own as (
  select e.lead_id, e.side from face f join lead_evidence e on e.person_id = f.person_id where f.id = p_face
  union
  select e.lead_id, e.side from face f join lead_evidence e on e.operation_id = f.operation_id join face w on w.id = e.face_id
  where f.id = p_face and case when w.model_digest = f.model_digest then w.embedding <=> f.embedding <= one_photograph() end)
select o.face_id, o.person_id from own join lead_evidence o on o.lead_id = own.lead_id and o.side <> own.side
where o.face_id is not null and not score_is_open(o.lead_id) $$;

revoke execute on function likeness_is_withheld, withheld_beside from public;
grant execute on function likeness_is_withheld, withheld_beside to concord_app, concord_worker;
""")
