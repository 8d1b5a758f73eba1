"""The table of categories that a list of known material brings along, and as what people take its numbers.

What stands in a list is kept in its own words; what it means here somebody with the right says, number by number. Until
then the list's own meaning counts. Which files are known as what is computed anew by a worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from workspace import events
from workspace.commands.grading import categories_of, hold_grading, standing_table
from workspace.commands.guard import require_operation
from workspace.commands.known import own_list
from workspace.commands.locks import hold
from workspace.errors import Conflict, Fault, Invalid
from workspace.model import KnownCategory, KnownList, KnownTable, jobs
from workspace.model.database import Tx
from workspace.rules.grades import Category
from workspace.rules.known import Meaning
from workspace.rules.reasons import require_words, words_of


def bring_list_table(tx: Tx, list_id: UUID, *, name: str, categories: Sequence[Category]) -> UUID:
    """Bring in the table by which a list of the actor's agency counts, in place of the one before; answers its id.
    Nothing of it means anything here until somebody says so. Asks `bring_known`; records `known:table_brought`.

    Raises:
        NotFound: there is no such list for this actor. Forbidden: it is another agency's.
        Conflict: it was removed, or has this table already. Invalid: the table has no category.
    """
    found = _held_list(tx, "bring_known", list_id)
    require_words(name=name)
    if not categories:
        raise Invalid("The table was not taken.", faults=[Fault("file", "there is no category in it")])
    as_stored = [asdict(each) for each in categories]
    before = _table_of(tx, list_id)
    if before is not None and (before.name, before.categories) == (words_of(name), as_stored):
        raise Conflict("This table stands already.")
    table_id = uuid4()
    own = {"operation_id": found.operation_id, "compartment_id": found.compartment_id, "list_id": list_id}
    said = {"name": words_of(name), "categories": as_stored, "brought_by": tx.actor.id}
    tx.session.execute(insert(KnownTable).values(id=table_id, **own, **said))
    place = events.Place(found.operation_id, (found.compartment_id,))
    tx.record(events.KnownTableBrought(place, list=list_id, table=table_id, categories=len(categories)))
    jobs.want(tx, "follow_known", table_id, found.operation_id)
    return table_id


def take_category(tx: Tx, list_id: UUID, number: int, *, meaning: Meaning | None, grade: int | None) -> None:
    """Say as what a number of a list's own table is taken here; both nothing: as the list says. Asks `map_known`;
    records `known:category_taken`.

    meaning: what it says of a file. grade: the category of the own country's table that it is; it grades nothing.

    Raises:
        NotFound: there is no such list for this actor. Forbidden: it is another agency's.
        Conflict: the list was removed, has no table of its own, or the number is taken as this already.
        Invalid: its table has no such number, or the country's has no such category.
    """
    found = _held_list(tx, "map_known", list_id)
    table = _table_of(tx, list_id)
    if table is None:
        raise Conflict("This list has no table of categories of its own.")
    known = sorted(each["number"] for each in table.categories)
    if number not in known:
        fault = Fault("number", "one of {known}", known=known)
        raise Invalid("The category was not taken.", faults=[fault])
    grades = _grade_table(tx, found.operation_id, grade)
    last = tx.session.scalars(
        select(KnownCategory)
        .where(KnownCategory.table_id == table.id, KnownCategory.number == number)
        .order_by(KnownCategory.ordinal.desc())
        .limit(1)
    ).one_or_none()
    if (meaning, grade, grades) == ((last.meaning, last.grade, last.grade_table_id) if last else (None, None, None)):
        raise Conflict("This category is taken as this already.")
    said_id = uuid4()
    own = {"operation_id": found.operation_id, "compartment_id": found.compartment_id, "table_id": table.id}
    said = {"number": number, "meaning": meaning, "grade": grade, "grade_table_id": grades, "said_by": tx.actor.id}
    tx.session.execute(insert(KnownCategory).values(id=said_id, **own, **said))
    place = events.Place(found.operation_id, (found.compartment_id,))
    taken = events.KnownCategoryTaken(
        place, list=list_id, category=said_id, number=number, meaning=meaning, grade=grade
    )
    tx.record(taken)
    jobs.want(tx, "follow_known", said_id, found.operation_id)


def _table_of(tx: Tx, list_id: UUID) -> KnownTable | None:
    """The table that stands with a list."""
    return tx.session.scalars(
        select(KnownTable).where(KnownTable.list_id == list_id).order_by(KnownTable.ordinal.desc()).limit(1)
    ).one_or_none()


def _held_list(tx: Tx, action: str, list_id: UUID) -> KnownList:
    """A list of the actor's agency that stands, held until the commit. Raises: as `bring_list_table`."""
    found = own_list(tx, action, list_id)
    hold(tx, "operation", [found.operation_id])  # of two who speak of one list, the second finds what the first said
    require_operation(tx, action, found.operation_id)
    tx.session.refresh(found)
    if found.removed_at is not None:
        raise Conflict("This list was removed already.")
    return found


def _grade_table(tx: Tx, operation_id: int, grade: int | None) -> UUID | None:
    """The table by which the actor's country grades, if one is named. Raises: Invalid."""
    if grade is None:
        return None
    hold_grading(tx, operation_id, tx.actor.country)
    table = standing_table(tx, operation_id, tx.actor.country)
    known = sorted(categories_of(table)) if table is not None else []
    if table is None or grade not in known:
        raise Invalid("The category was not taken.", faults=[Fault("grade", "one of {known}", known=known)])
    return table.id
