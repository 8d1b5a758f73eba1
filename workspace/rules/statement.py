"""What an authority states of a victim or an offender. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Statement:
    """What an authority states. `ledger_id` None: of the person whom the lead shows, or of a new one.

    `is_another`: a new person of the same lead, not one that the ledger has; None: not said. `count`: how many
    children who are not depicted it is about, each with an entry of its own. `early_reason`: why the day lies before
    the first fact of the material.
    """

    kind: str
    stage: str
    authority_reference: str
    stated_on: date
    ledger_id: UUID | None = None
    is_another: bool | None = None
    is_depicted: bool = True
    count: int = 1
    age_band: str | None = None
    sex: str = "unknown"
    place_country: str | None = None
    early_reason: str = ""
