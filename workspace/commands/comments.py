"""A comment on a lead or a medium, stored for a command that has asked already: its thread and whom it calls.

Must not ask what the actor may do; no command.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, text

from workspace import events
from workspace.errors import Fault, Invalid, NotFound, Text
from workspace.events import Place
from workspace.model import Comment, Mention
from workspace.model.database import Tx
from workspace.rules.reasons import says_something, words_of

MOST_CALLED = 200
"""People whom one comment calls at most."""
NO_READER = Text("Somebody whom you call cannot see this. Choose from the list again.")
_READERS = text("""select m.user_id, m.role, u.country from readers_of(:operation, :locks, :about) r(id)
join membership m on m.user_id = r.id and m.operation_id = :operation join user_with_country u on u.id = r.id""")


@dataclass(frozen=True)
class Calls:
    """Whom a comment calls: people by id, everybody of a role, everybody of a country; of those who can read it."""

    people: Sequence[int] = ()
    roles: Sequence[str] = ()
    countries: Sequence[str] = ()


NOBODY = Calls()


@dataclass(frozen=True)
class Said:
    """What somebody writes, in which language, in answer to which comment, and whom it calls."""

    body: str
    language: str
    thread: UUID | None = None
    calls: Calls = NOBODY


def add_comment(
    tx: Tx,
    place: Place,
    said: Said,
    *,
    about: Sequence[int],
    medium_id: UUID | None = None,
) -> UUID:
    """Add a comment for a command that has asked already and return its id. Records `comment:added`.

    place: with the comment's own locks, and its lead. about: the locks of what it is about. An answer to an answer
    stands in the same thread.

    Raises:
        Invalid: it is empty, or calls somebody who cannot read it. NotFound: there is no such thread here.
    """
    if not says_something(said.body):
        raise Invalid("The comment is empty.", faults=[Fault("body", "say something")])
    thread = _thread(tx, said.thread, lead_id=place.lead_id, medium_id=medium_id)
    called = _called(tx, place, about, said.calls)
    row = Comment(
        operation_id=place.operation_id,
        lead_id=place.lead_id,
        media_item_id=medium_id,
        thread_id=thread,
        locks=list(place.locks),
        author_id=tx.actor.id,
        body=words_of(said.body),
        language=said.language,
    )
    tx.add(row)
    if called:
        base = {"comment_id": row.id, "operation_id": place.operation_id, "locks": list(place.locks)}
        tx.session.execute(insert(Mention), [base | {"user_id": who, "called": how} for who, how in called.items()])
    tx.record(events.CommentAdded(place, comment=row.id, media=medium_id, thread=thread, people=tuple(sorted(called))))
    return row.id


def _thread(tx: Tx, thread: UUID | None, *, lead_id: UUID | None, medium_id: UUID | None) -> UUID | None:
    """The comment that began the thread in which an answer to this comment stands."""
    if thread is None:
        return None
    row = tx.session.get(Comment, thread)
    if row is None or (row.lead_id, row.media_item_id) != (lead_id, medium_id):
        raise NotFound("There is no such comment here.")
    return row.thread_id or row.id


def _called(tx: Tx, place: Place, about: Sequence[int], calls: Calls) -> dict[int, str | None]:
    """By id of a person: the role or country by which the comment calls, None by name. Never the author."""
    if not (calls.people or calls.roles or calls.countries):
        return {}
    asked = {"operation": place.operation_id, "locks": list(place.locks), "about": list(about)}
    readers = tx.session.execute(_READERS, asked).all()
    found: dict[int, str | None] = {}
    for wanted, column in ((calls.countries, "country"), (calls.roles, "role")):
        for code in wanted:
            everyone = [row.user_id for row in readers if getattr(row, column) == code and row.user_id != tx.actor.id]
            if not everyone:
                raise Invalid(NO_READER, faults=[Fault("people", NO_READER)])
            found |= dict.fromkeys(everyone, code)
    named = set(calls.people) - {tx.actor.id}
    if named - {row.user_id for row in readers}:
        raise Invalid(NO_READER, faults=[Fault("people", NO_READER)])
    found |= dict.fromkeys(named)
    if len(found) > MOST_CALLED:
        raise Invalid("Too many people are called.", faults=[Fault("people", "at most {most}", most=MOST_CALLED)])
    return found
