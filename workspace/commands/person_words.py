"""What examiners say of a depicted person: its age, where the picture was probably made, notes, the face that shows it
best. Rows are never changed; who said one, or the own agency, takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, update

from workspace import events
from workspace.commands.depicted import hold_live, require_own, require_person
from workspace.commands.guard import at, require_operation
from workspace.commands.locks import hold
from workspace.commands.steps import require_countries
from workspace.commands.taking_back import require_own_words, taken_back
from workspace.errors import Conflict, Fault, Invalid, NotFound
from workspace.model import Face, PersonWord
from workspace.model.database import Tx
from workspace.rules.codes import AGE_BANDS, PERSON_WORDS, require_one_of
from workspace.rules.days import day_in
from workspace.rules.reasons import require_words, words_of


@dataclass(frozen=True)
class SaidOfPerson:
    """One thing that is said. code: an age band, or a country; on_day: for which the age is said, as dates in files
    are; words: the grounds of a country or an age, or the note."""

    what: str
    code: str | None = None
    face_id: UUID | None = None
    on_day: date | None = None
    words: str = ""


def describe_person(tx: Tx, operation_id: int, number: int, said: SaidOfPerson) -> UUID:
    """Say something of a person; answers its id. Asks `describe_person`; records `person:described`.

    Age and feature face are said by the owning agency, and the last one counts; likely country and notes by every
    examiner who opens the material. A country is supported once two people of two countries have said it.

    Raises:
        NotFound: there is no such person for the actor. Forbidden: another agency's.
        Invalid: a value is unknown or missing. Conflict: the person was merged, or the face is not this person's.
    """
    person = require_person(tx, operation_id, number)
    operation = require_operation(tx, "describe_person", operation_id)
    hold_live(tx, [person])
    _require_said(said)
    if said.on_day is not None and said.on_day > day_in(tx.now, operation.time_zone):
        raise Invalid("A day is in the future.", faults=[Fault("on_day", "today or before")])
    if said.what in ("age_band", "feature_face"):
        require_own(tx, person.compartment_id)
    if (
        said.face_id is not None
        and not tx.session.execute(select(Face.id).where(Face.id == said.face_id, Face.person_id == person.id)).first()
    ):
        raise Conflict("This face is not, or no longer, this person. Load the page again.")
    row = PersonWord(
        operation_id=operation_id,
        compartment_id=person.compartment_id,
        person_id=person.id,
        what=said.what,
        code=said.code,
        face_id=said.face_id,
        on_day=said.on_day,
        words=words_of(said.words),
        said_by=tx.actor.id,
    )
    tx.add(row)
    tx.record(events.PersonDescribed(at(row), person=person.id, word=row.id, what=said.what))
    return row.id


def withdraw_word(tx: Tx, word_id: UUID) -> None:
    """Take back what was said of a person: what stood before stands again. Asks `describe_person` of the agency that
    said it; records `person:word_withdrawn`.

    Raises:
        NotFound: nothing of the kind was said, for the actor.
        Forbidden: another agency said it. Conflict: it was taken back already.
    """
    word = tx.find(PersonWord, word_id, otherwise=NotFound("Nothing of the kind was said."))
    require_operation(tx, "describe_person", word.operation_id)
    require_own_words(tx, word.said_by)
    hold(tx, "persons", [word.compartment_id])
    tx.change_one(
        update(PersonWord)
        .where(PersonWord.id == word_id, PersonWord.withdrawn_at.is_(None))
        .values(withdrawn_at=func.now(), withdrawn_by=tx.actor.id),
        otherwise=taken_back,
    )
    tx.record(events.PersonWordWithdrawn(at(word), person=word.person_id, word=word_id))


def _require_said(said: SaidOfPerson) -> None:
    require_one_of(PERSON_WORDS, what=said.what)
    if said.what == "age_band" and said.code not in AGE_BANDS:
        raise Invalid("A value is unknown.", faults=[Fault("code", "one of {known}", known=list(AGE_BANDS))])
    if said.what == "country":
        require_countries([said.code or ""])
    if said.what in ("country", "note"):
        require_words(words=said.words)
    if (said.what == "feature_face") != (said.face_id is not None):
        raise Invalid("Choose a face.", faults=[Fault("face_id", "a face of this person")])
    if said.what in ("note", "feature_face") and said.code is not None:
        raise Invalid("A value is unknown.", faults=[Fault("code", "nothing")])
