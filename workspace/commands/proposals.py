"""Proposals: who does not own an item asks its owner for a change; the owner accepts, which does it, or declines.

Accepting is the change itself, by the command that makes it and under its rules, in one write with the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update

from workspace import events
from workspace.commands.entries import close_entry
from workspace.commands.exhibits import correct_exhibit
from workspace.commands.grades import grade_media
from workspace.commands.grading import require_category
from workspace.commands.guard import at, country_of, require_operation
from workspace.commands.person_words import SaidOfPerson, describe_person
from workspace.commands.series import place_person, place_together
from workspace.commands.steps import require_countries
from workspace.errors import Closed, Conflict, Fault, Forbidden, Held, Invalid, NotFound
from workspace.model import Compartment, Exhibit, MediaItem, Operation, Person, Proposal, RegisterEntry, Series
from workspace.model.database import Tx
from workspace.rules.codes import AGE_BANDS, ENTRY_ENDS, EXHIBIT_FACTS, require_one_of
from workspace.rules.custody import fact_of
from workspace.rules.days import day_in
from workspace.rules.numbers import person_number
from workspace.rules.proposals import PROPOSED_WORDS, ProposalAnswer, ProposalKind
from workspace.rules.reasons import require_reason, require_words, words_of

Item = MediaItem | Person | Exhibit | RegisterEntry


@dataclass(frozen=True)
class Wanted:
    """A change that is proposed. item: the id of a medium, an exhibit or an entry; person: a number; series: in which
    the medium or person should stand. what: the word or fact; value: a category's number, an age band, a country, a
    fact or how an entry ends; on_day, reference: when and by whose paper a child was found, or the day of an age;
    words: the grounds."""

    kind: ProposalKind
    item: UUID | None = None
    person: int | None = None
    series: UUID | None = None
    what: str = ""
    value: str = ""
    on_day: date | None = None
    reference: str = ""
    words: str = ""


class Waiting(Conflict):
    """The own agency has proposed this already, and it waits."""


def propose_change(tx: Tx, operation_id: int, wanted: Wanted, *, act: UUID | None = None) -> UUID:
    """Propose a change of another agency's item; answers the proposal's id. Asks `propose_change`; records
    `proposal:made`. act: the press in which several are made.

    Raises:
        NotFound: there is no such item in the operation for the actor. Forbidden: it is the own agency's.
        Conflict: the own agency proposed this before and waits, or the item changes no more.
        Invalid: a value is unknown or missing.
    """
    item = _item(tx, operation_id, wanted)
    operation = require_operation(tx, "propose_change", operation_id, held=True)
    owner = tx.session.get_one(Compartment, item.compartment_id).agency_id
    if owner == tx.actor.agency_id:
        raise Forbidden("This is your own agency's: do it yourself.")
    require_words(words=wanted.words)
    _require_possible(tx, operation, item, wanted)
    targets = _targets(item, wanted)
    waits = select(Proposal.id).where(
        Proposal.operation_id == operation_id,
        Proposal.agency_id == tx.actor.agency_id,
        Proposal.kind == wanted.kind,
        Proposal.what == wanted.what,
        Proposal.answer.is_(None),
        *(getattr(Proposal, name) == value for name, value in targets.items()),
    )
    if tx.session.execute(waits).first():
        raise Waiting("Your agency has proposed this, and it waits for the owner. Withdraw it first.")
    proposal_id = uuid4()
    tx.session.execute(
        insert(Proposal).values(
            id=proposal_id,
            operation_id=operation_id,
            compartment_id=item.compartment_id,
            kind=wanted.kind,
            what=wanted.what,
            value=words_of(wanted.value),
            on_day=wanted.on_day,
            reference=words_of(wanted.reference),
            words=words_of(wanted.words),
            proposed_by=tx.actor.id,
            agency_id=tx.actor.agency_id,
            act=act,
            **targets,
        )
    )
    place = events.Place(operation_id, (item.compartment_id,))
    tx.record(events.ProposalMade(place, proposal=proposal_id, subject=item.id, what=wanted.kind))
    return proposal_id


def accept_change(tx: Tx, proposal_id: UUID) -> None:
    """Accept a proposal about the actor's own agency's item: the change is made by the actor, as its command makes it.
    Asks `answer_change` and what that command asks; records what it records, and `proposal:accepted`.

    Raises:
        NotFound: there is no such proposal for the actor. Forbidden: the item is another agency's.
        Conflict: it was answered already, or no longer fits; the message says why.
    """
    row = _require_own(tx, proposal_id)
    with _told_what_no_longer_fits():
        _carry_out(tx, row)
    _note_accepted(tx, row)


def accept_placements(tx: Tx, series_id: UUID, proposals: Sequence[UUID]) -> None:
    """Accept proposals of media and persons for one series, which are placed in it together. Asks, records and raises
    as `accept_change` of each.

    Raises:
        Conflict: one is of another kind, or of another series.
    """
    rows = [_require_own(tx, each) for each in proposals]
    if any(row.kind != "series" or row.series_id != series_id for row in rows):
        raise Conflict("These do not ask for the same.")
    persons = [row.person_id for row in rows if row.person_id is not None]
    numbers = tx.session.scalars(select(Person.number).where(Person.id.in_(persons))).all()
    media = [row.media_item_id for row in rows if row.media_item_id is not None]
    with _told_what_no_longer_fits():
        place_together(tx, series_id, numbers=numbers, media=media)
    for row in rows:
        _note_accepted(tx, row)


@contextmanager
def _told_what_no_longer_fits() -> Iterator[None]:
    try:
        yield
    except (Closed, Held):
        raise
    except (NotFound, Conflict, Invalid) as fault:
        raise Conflict(
            "This proposal no longer fits: {why} Decline it, so that who proposed it knows.", why=fault.message
        ) from fault


def _note_accepted(tx: Tx, row: Proposal) -> None:
    _answer(tx, row, "accepted", None)
    tx.record(events.ProposalAccepted(at(row), proposal=row.id, subject=_subject(row)))


def decline_change(tx: Tx, proposal_id: UUID, *, reason: str) -> None:
    """Decline a proposal about the actor's own agency's item, with a reason that who proposed it reads. Asks
    `answer_change`; records `proposal:declined`.

    Raises:
        NotFound, Forbidden, Conflict: as `accept_change`. Invalid: the reason says nothing.
    """
    row = _require_own(tx, proposal_id)
    _answer(tx, row, "declined", require_reason(reason))
    tx.record(events.ProposalDeclined(at(row), proposal=row.id, subject=_subject(row)))


def withdraw_change(tx: Tx, proposal_id: UUID) -> None:
    """Withdraw a proposal of the actor's own agency that waits. Asks `propose_change`; records `proposal:withdrawn`.

    Raises:
        NotFound: there is no such proposal for the actor. Forbidden: another agency's.
        Conflict: it was answered already.
    """
    row = _require_seen(tx, proposal_id)
    require_operation(tx, "propose_change", row.operation_id)
    if row.agency_id != tx.actor.agency_id:
        raise Forbidden("Only the agency that proposed it withdraws it.")
    _answer(tx, row, "withdrawn", None)
    tx.record(events.ProposalWithdrawn(at(row), proposal=row.id, subject=_subject(row)))


def _item(tx: Tx, operation_id: int, wanted: Wanted) -> Item:
    """What the proposal is about, as the actor sees it."""
    found: Item | None = None
    if wanted.kind == "person_word" or (wanted.kind == "series" and wanted.item is None):
        found = tx.session.scalars(
            select(Person).where(Person.operation_id == operation_id, Person.number == wanted.person)
        ).one_or_none()
    elif wanted.item is not None and wanted.kind in ("grade", "series"):
        found = tx.session.get(MediaItem, wanted.item)
    elif wanted.item is not None and wanted.kind == "exhibit_fact":
        found = tx.session.get(Exhibit, wanted.item)
    elif wanted.item is not None:
        found = tx.session.get(RegisterEntry, wanted.item)
    if found is None or found.operation_id != operation_id:
        raise NotFound("There is no such item.")
    if isinstance(found, MediaItem) and found.register_entry_id is not None:
        raise NotFound("There is no such item.")
    return found


def _require_possible(tx: Tx, operation: Operation, item: Item, wanted: Wanted) -> None:
    """Pass if the owner could accept it as things are now."""
    today = day_in(tx.now, operation.time_zone)
    if wanted.kind == "series":
        _require_series(tx, operation.id, wanted.series)
    if isinstance(item, MediaItem):
        if wanted.kind == "grade":
            require_category(tx, item, wanted.value)
    elif isinstance(item, Person):
        if item.merged_into is not None:
            raise Conflict("{person} was merged into another person.", person=person_number(item.number))
        if wanted.kind == "person_word":
            _require_word(wanted, today)
    elif isinstance(item, Exhibit):
        _require_fact(item, wanted, today)
    else:
        _require_end(item, wanted, today)


def _require_fact(item: Exhibit, wanted: Wanted, today: date) -> None:
    if wanted.what not in EXHIBIT_FACTS:
        raise Invalid("A value is unknown.", faults=[Fault("what", "one of {known}", known=list(EXHIBIT_FACTS))])
    try:
        fact = fact_of(wanted.what, wanted.value, today)
    except ValueError as fault:
        raise Invalid("This cannot be proposed.", faults=list(fault.args)) from fault
    if fact == getattr(item, wanted.what):
        raise Conflict("This stands there already.")


def _require_series(tx: Tx, operation_id: int, series_id: UUID | None) -> None:
    series = tx.session.get(Series, series_id) if series_id is not None else None
    if series is None or series.operation_id != operation_id:
        raise NotFound("There is no such series.")
    if tx.session.get_one(Compartment, series.compartment_id).sharing != "operation":
        raise Forbidden("This series is closed to the owner, who could not place anything there.")


def _require_word(wanted: Wanted, today: date) -> None:
    require_one_of(PROPOSED_WORDS, what=wanted.what)
    if wanted.what == "country":
        require_countries([wanted.value])
    else:
        require_one_of(AGE_BANDS, value=wanted.value)
    if wanted.on_day is not None and wanted.on_day > today:
        raise Invalid("A day is in the future.", faults=[Fault("on_day", "today or before")])


def _require_end(entry: RegisterEntry, wanted: Wanted, today: date) -> None:
    if entry.closed_as is not None:
        raise Conflict("This entry is closed already.")
    faults = []
    if wanted.value not in ENTRY_ENDS:
        faults.append(Fault("value", "one of {known}", known=list(ENTRY_ENDS)))
    if wanted.value == "found" and wanted.on_day is None:
        faults.append(Fault("on_day", "needed"))
    if wanted.on_day is not None and wanted.on_day > today:
        faults.append(Fault("on_day", "today or before"))
    if wanted.value == "found" and not words_of(wanted.reference):
        faults.append(Fault("reference", "needs a letter or a digit"))
    if faults:
        raise Invalid("This cannot be proposed.", faults=faults)


def _targets(item: Item, wanted: Wanted) -> dict[str, UUID]:
    """The columns that name what it is about."""
    placed = {"series_id": wanted.series} if wanted.series and wanted.kind == "series" else {}
    if isinstance(item, MediaItem):
        return {"media_item_id": item.id} | placed
    if isinstance(item, Exhibit):
        return {"exhibit_id": item.id}
    if isinstance(item, RegisterEntry):
        return {"register_entry_id": item.id}
    return {"person_id": item.id} | placed


def _carry_out(tx: Tx, row: Proposal) -> None:
    """Make the change, as the accepting person."""
    if row.media_item_id is not None and row.series_id is not None:
        place_together(tx, row.series_id, media=[row.media_item_id])
    elif row.media_item_id is not None:
        country = country_of(tx, tx.actor.id)
        grade_media(tx, row.operation_id, [row.media_item_id], country=country, number=int(row.value))
    elif row.exhibit_id is not None:
        correct_exhibit(tx, row.exhibit_id, what=row.what, value=row.value, reason=row.words)  # type: ignore[arg-type]
    elif row.register_entry_id is not None:
        found = {"found_on": row.on_day, "reference": row.reference} if row.value == "found" else {}
        close_entry(tx, row.register_entry_id, closed_as=row.value, reason=row.words, **found)  # type: ignore[arg-type]
    elif row.person_id is not None:
        number = tx.session.execute(select(Person.number).where(Person.id == row.person_id)).scalar_one()
        if row.series_id is not None:
            place_person(tx, row.series_id, number)
        else:
            said = SaidOfPerson(what=row.what, code=row.value, on_day=row.on_day, words=row.words)
            describe_person(tx, row.operation_id, number, said)


def _require_own(tx: Tx, proposal_id: UUID) -> Proposal:
    row = _require_seen(tx, proposal_id)
    require_operation(tx, "answer_change", row.operation_id)
    if tx.session.get_one(Compartment, row.compartment_id).agency_id != tx.actor.agency_id:
        raise Forbidden("Only the agency that owns the item answers.")
    _require_unanswered(row)
    return row


def _require_seen(tx: Tx, proposal_id: UUID) -> Proposal:
    return tx.find(Proposal, proposal_id, otherwise=NotFound("There is no such proposal."))


def _require_unanswered(row: Proposal) -> None:
    if row.answer is not None:
        raise Conflict("This was answered already.")


def _answer(tx: Tx, row: Proposal, answer: ProposalAnswer, reason: str | None) -> None:
    """Written last: whoever comes second finds it answered, and what was done before is undone with the write."""
    tx.session.flush()
    tx.change_one(
        update(Proposal)
        .where(Proposal.id == row.id, Proposal.answer.is_(None))
        .values(answer=answer, answered_by=tx.actor.id, answered_at=func.now(), reason=reason),
        otherwise=Conflict("This was answered already."),
    )


def _subject(row: Proposal) -> UUID:
    found = row.media_item_id or row.person_id or row.exhibit_id or row.register_entry_id
    if found is None:
        raise NotFound("There is no such item.")
    return found
