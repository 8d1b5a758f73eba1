"""What leaves as W3C annotations: notes and comments that lie in material of the viewer's own agency."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from workspace.exchange.web_annotations import SaidThere
from workspace.model.statements import rows_as, statements

SQL = statements(__file__)


def said_of(session: Session, *, lead_id: UUID | None = None, medium_id: UUID | None = None) -> list[SaidThere]:
    """Notes that stand and comments in their last wording, on a lead or a medium, in the order in which they came."""
    return rows_as(SaidThere, session.execute(SQL["said"], {"lead": lead_id, "medium": medium_id}))
