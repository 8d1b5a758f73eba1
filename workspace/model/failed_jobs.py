"""Jobs that failed for good: which they are, whom their failure is told, and when they are tried again.

Each kind is either told on the page of what it is about, whose reader can ask again (`TOLD_KINDS`), or tried again by
the housekeeping. Must not know what a job does, nor what giving it up wrote: `take_up` of the database takes that back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workspace.model.database import Tx
from workspace.model.jobs import AFTER_CLOSING_KINDS, IDLE_KINDS, KINDS
from workspace.model.statements import statements
from workspace.settings import code_version

SQL = statements(__file__)

FAILED_AGAIN_S, IDLE_AGAIN_S = 900, 86_400
"""After so long a job that failed for good is tried again by the same program, unless it is of `TOLD_KINDS`; the second
for `IDLE_KINDS`. Another version of the program tries at once."""
TOLD_KINDS = (
    "close_exhibit",
    "build_package",
    "rebuild_package",
    "draw_up_edition",
    "mask_card",
    "import_register",
    "import_known",
    "import_case",
    "read_probe",
    "finish_upload",
    "take_still",
    "cut_picture",
    "make_copy",
    "describe_face",
    "read_media",
    "check_originals",
)
"""Of whose failure the page of what they are about tells whoever waits for it and can ask again."""
OF_FILES = ("read_media", "describe_face", "match_media", *IDLE_KINDS)
"""What is done about a file of an exhibit, whose page tells of its failure whether or not it is tried again by itself."""
ANEW_KINDS = ("read_media", "describe_face")
"""Of `TOLD_KINDS` those that another version of the program tries again by itself: a face may be missed."""


def try_failed_again(tx: Tx, *, all_of_them: bool = False) -> int:
    """Have jobs that failed for good tried once more, where what made them fail may be gone; returns how many.

    all_of_them: each whose failure is told to nobody, however long ago it failed.
    """
    untold = [kind for kind in KINDS if kind not in TOLD_KINDS]
    values = {
        "soon": [kind for kind in untold if kind not in IDLE_KINDS],
        "soon_s": 0 if all_of_them else FAILED_AGAIN_S,
        "idle": list(IDLE_KINDS),
        "idle_s": 0 if all_of_them else IDLE_AGAIN_S,
        "anew": [*untold, *ANEW_KINDS],
        "version": code_version(),
        "after_closing": list(AFTER_CLOSING_KINDS),
    }
    return int(tx.session.execute(SQL["again"], values).scalar_one())


@dataclass(frozen=True)
class FailedJobs:
    """Jobs of one kind and operation that failed for good. last: why the last of them did, for a technical eye."""

    operation_id: int
    kind: str
    number: int
    last_at: datetime
    last: str


def failed(session: Session) -> list[FailedJobs]:
    """What failed for good and is not tried again yet. Workers' role only."""
    return [FailedJobs(**row._mapping) for row in session.execute(SQL["failed"])]


def has_failed_untold(session: Session) -> bool:
    """Whether a job failed for good of whose failure no page tells whoever waits for it."""
    return bool(session.execute(SQL["untold"], {"told": list(TOLD_KINDS)}).scalar_one())
