"""What workers failed to do about the files of an exhibit is asked for again by its owner."""

from __future__ import annotations

from uuid import UUID

from workspace import events
from workspace.commands.guard import at
from workspace.commands.own_exhibit import require_own_exhibit
from workspace.errors import Conflict
from workspace.model.database import Tx
from workspace.model.statements import statements

SQL = statements(__file__)


def try_again(tx: Tx, exhibit_id: UUID) -> int:
    """Have done anew what failed in every attempt about the files of an exhibit of the actor's agency; returns about
    how many. Asks `try_again`; records `media:wanted_again`.

    Raises:
        NotFound: there is no such exhibit for this actor. Forbidden: it is another agency's.
        Conflict: nothing failed, or it is being tried again already.
    """
    exhibit = require_own_exhibit(tx, "try_again", exhibit_id)
    files = int(tx.session.execute(SQL["take_up"], {"exhibit": exhibit_id}).scalar_one())
    if not files:
        raise Conflict("Nothing about this exhibit has failed, or it is being tried again already.")
    tx.record(events.MediaWantedAgain(at(exhibit), exhibit=exhibit_id, files=files))
    return files
