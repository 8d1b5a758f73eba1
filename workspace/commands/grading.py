"""Steps of commands about grades: the table that stands, its categories, and how many people must agree."""

from __future__ import annotations

from sqlalchemy import select, text

from workspace.errors import Conflict, Fault, Forbidden, Invalid
from workspace.model import Agency, Compartment, GradeTable, MediaItem
from workspace.model.database import Tx
from workspace.rules.grades import LEAST_VOTES, Category

_ALONE = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
_BESIDE = text("select pg_advisory_xact_lock_shared(hashtextextended(:name, 0))")


def hold_grading(tx: Tx, operation_id: int, country: str, *, changes: bool = False) -> None:
    """Hold the table by which a country grades until the commit; before it is read.

    changes: alone, for who brings in another table. Otherwise beside all who grade by it, or propose a grade.
    """
    tx.session.execute(_ALONE if changes else _BESIDE, {"name": f"grades {operation_id} {country}"})


def standing_table(tx: Tx, operation_id: int, country: str) -> GradeTable | None:
    """The last table that a country brought in."""
    return tx.session.scalars(
        select(GradeTable)
        .where(GradeTable.operation_id == operation_id, GradeTable.country == country)
        .order_by(GradeTable.ordinal.desc())
        .limit(1)
    ).one_or_none()


def categories_of(table: GradeTable) -> dict[int, Category]:
    """The categories of a table by their numbers."""
    return {each["number"]: Category(**each) for each in table.categories}


def votes_needed(tx: Tx, operation_id: int) -> int:
    """How many people must give the same grade before it stands."""
    return int(tx.session.execute(text("select grade_votes_needed(:id)"), {"id": operation_id}).scalar_one())


def require_category(tx: Tx, medium: MediaItem, value: str) -> None:
    """Pass if this is the number of a category of the owning country's table, which the actor may only propose.

    Raises:
        Forbidden: the actor's country owns it and grades it itself. Conflict: everybody votes. Invalid: no such number.
    """
    owner = tx.session.execute(
        select(Agency.country)
        .join(Compartment, Compartment.agency_id == Agency.id)
        .where(Compartment.id == medium.compartment_id)
    ).scalar_one()
    if owner == tx.actor.country:
        raise Forbidden("This is your own country's: grade it yourself.")
    if votes_needed(tx, medium.operation_id) >= LEAST_VOTES:
        raise Conflict("Here everybody grades: give your grade by the owner's table instead.")
    hold_grading(tx, medium.operation_id, owner)
    table = standing_table(tx, medium.operation_id, owner)
    known = sorted(categories_of(table)) if table is not None else []
    if value not in map(str, known):
        raise Invalid("This cannot be proposed.", faults=[Fault("value", "one of {known}", known=known)])
