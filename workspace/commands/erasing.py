"""Words that people wrote are erased: the row, its seal and the record stay, and say so (ADR 58).

Must not decide which words can be erased, nor whose; the database does (`erasable`), because nobody may change a row
that is settled past it.
"""

from __future__ import annotations

from sqlalchemy import select, text

from workspace import events
from workspace.commands.guard import require_operation
from workspace.commands.locks import hold
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Erasure, Event
from workspace.model.database import Tx
from workspace.rules.erasing import rows_with_words
from workspace.rules.reasons import require_reason

_ERASE = text("select erase_words(:operation, :table, :key, :basis)")


def erase_words(tx: Tx, operation_id: int, seq: int, *, legal_basis: str) -> None:
    """Take away for ever what a person of the own country wrote with an act. seq: the number of the act's event.

    Asks `erase_words`; records `words:erased`. What else the row says stays, and stays bound. Papers and packages that
    were made before keep what they hold.

    Raises:
        NotFound: the actor sees no such event. Invalid: no basis is given, or words of this act cannot be erased.
        Forbidden: somebody of another country wrote them. Conflict: they are erased already.
    """
    require_operation(tx, "erase_words", operation_id)
    basis = require_reason(legal_basis)
    event = tx.find(Event, (operation_id, seq), otherwise=NotFound("There is no such event."))
    if event.lead_id is not None:
        hold(tx, "lead", [event.lead_id])
    told = set()
    for table, key in rows_with_words(event.payload):
        values = {"operation": operation_id, "table": table, "key": key, "basis": basis}
        told.add(tx.session.execute(_ERASE, values).scalar_one())
        if "erased" in told:
            break
    else:
        raise _refusal(told)
    erasure = tx.session.scalars(select(Erasure.id).where(Erasure.name == table, Erasure.key == key)).one()
    place = events.Place(operation_id, tuple(event.locks), lead_id=event.lead_id)
    tx.record(events.WordsErased(place, erasure=erasure, event=seq))


def _refusal(told: set[str]) -> Exception:
    if "foreign" in told:
        return Forbidden("Words are erased by a country lead of the country of the person who wrote them.")
    if "gone" in told:
        return Conflict("These words are erased already.")
    return Invalid("This event has no words that can be erased: comments, notes, and reasons can be.")
