"""What every opinion of a test needs beside itself: both sides looked at, and each feature judged."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text

from workspace.model.database import Database
from workspace.rules.verdict import FEATURES

WHOLE: dict[str, Any] = {"suitability": ["suitable", "suitable"], "features": dict.fromkeys(FEATURES, "same")}
"""For `assess_lead` and the body of its route, of a lead that compares two faces."""


def look(workers: Database, lead_id: UUID, person: int) -> None:
    """Have a person lift the veils of both sides, as rows alone."""
    with workers.engine.begin() as connection:
        connection.execute(
            text("""insert into media_view (operation_id, compartment_id, user_id, face_id, media_item_id)
                 select operation_id, compartment_id, :person, face_id, case when face_id is null then media_item_id end
                 from lead_evidence where lead_id = :lead and coalesce(face_id, media_item_id) is not null"""),
            {"lead": lead_id, "person": person},
        )
