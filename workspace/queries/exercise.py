"""Counts the figures that the demonstration prints at its end, through the workers' role, over everything in the
operation."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.rules.roles import ROLES

_FIGURES = text("""
select
  (select count(*) from exhibit where operation_id = :operation) as exhibits,
  (select count(*) from received_file where operation_id = :operation) as received,
  (select count(*) from received_file f join media_item m on m.id = f.media_item_id
     where f.operation_id = :operation and f.refusal is null and m.state = 'read') as readable,
  (select count(distinct f.sha256) from received_file f join media_item m on m.id = f.media_item_id
     where f.operation_id = :operation and f.refusal is null and m.state = 'read') as "distinct",
  (select count(*) from received_file f left join media_item m on m.id = f.media_item_id
     where f.operation_id = :operation and (f.refusal is not null or m.state = 'refused')) as refused,
  (select count(*) from face where operation_id = :operation) as faces,
  (select count(*) from person where operation_id = :operation) as persons,
  (select count(*) from received_file f join media_item m on m.id = f.media_item_id
     where f.operation_id = :operation and f.refusal is null and m.state = 'waiting') as waiting
""")


def exercise_figures(session: Session, operation_id: int) -> dict[str, Any]:
    """The figures by name; `leads` is an object by kind. received = readable + refused + waiting."""
    row = dict(session.execute(_FIGURES, {"operation": operation_id}).mappings().one())
    leads = session.execute(
        text("select kind, count(*) as n from lead where operation_id = :operation group by kind order by kind"),
        {"operation": operation_id},
    )
    return {**row, "leads": {lead.kind: lead.n for lead in leads}}


def lead_times(session: Session, operation_id: int) -> tuple[float | None, float | None]:
    """Seconds from the first received file to the first lead and to the last; None while there is none."""
    row = session.execute(
        text("""select extract(epoch from min(l.created_at) - f.first) as first_lead,
               extract(epoch from max(l.created_at) - f.first) as last_lead
             from lead l cross join (select min(received_at) as first from received_file where operation_id = :operation) f
             where l.operation_id = :operation group by f.first"""),
        {"operation": operation_id},
    ).one_or_none()
    return (None, None) if row is None else (float(row.first_lead), float(row.last_lead))


def members_by_role(session: Session, operation_id: int) -> list[tuple[int, str, str]]:
    """(user id, name, role) of the operation's members, one per role and agency, in the order in which lists show the
    roles."""
    rows = session.execute(
        text("""select distinct on (m.role, u.agency_id) u.id, u.name, m.role from membership m
             join app_user u on u.id = m.user_id where m.operation_id = :operation order by m.role, u.agency_id, u.id"""),
        {"operation": operation_id},
    )
    return sorted(
        ((row.id, row.name, row.role) for row in rows), key=lambda member: (ROLES.index(member[2]), member[1])
    )


def exercise_operation(session: Session) -> int | None:
    """The newest exercise that can be worked on, or None: open for an hour more, all its exhibits in.

    One that was stopped while its exhibits came in, whose days are over, or whose record was begun by an earlier
    version, is left as it is; a new one is made.
    """
    operation_id: int | None = session.execute(
        text("""select max(o.id) from operation o where o.is_exercise and o.state = 'open' and o.closes_at > now() + interval '1 hour'
             and exists (select 1 from exhibit x where x.operation_id = o.id)
             and not exists (select 1 from exhibit x where x.operation_id = o.id and x.intake_ended_at is null)
             and not exists (select 1 from exercise_shown s where s.operation_id = o.id and not exists
               (select 1 from exhibit x where x.operation_id = o.id and x.label = s.exhibit_label))
             and not exists (select 1 from event e where e.operation_id = o.id and e.version = 1)"""),
    ).scalar_one_or_none()
    return operation_id


def partners_seats(session: Session, user_id: int) -> list[int]:
    """The exercises, by operation, in which a partner plays this person's seat."""
    return list(
        session.scalars(
            text("select operation_id from exercise_seat where user_id = :user and played_by = 'partner' order by 1"),
            {"user": user_id},
        )
    )
