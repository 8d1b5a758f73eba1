"""Series are merged and split, each with exact undo.

Which series is part of which, and where each person stands, are folds of acts that stand (ADR 71): a merger moves no
placement, and what is taken back leaves what the other acts say, in whichever order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, text, update

from workspace import events
from workspace.commands.guard import at, require_operation
from workspace.commands.locks import hold
from workspace.commands.series_guard import require_live, require_not_anothers, require_own_series, require_series
from workspace.commands.series_placing import own_persons, put_in_series, undo_placements
from workspace.commands.taking_back import take_back
from workspace.errors import Conflict, Fault, Invalid, NotFound
from workspace.model import Person, Series, SeriesJoin
from workspace.model.database import Tx
from workspace.rules.numbers import series_number
from workspace.rules.reasons import require_words, words_of

MOST_SPLIT = 500
"""How many persons leave a series at once."""


@dataclass(frozen=True)
class SplitSeries:
    """The act, by which it is taken back, and the number of the new series."""

    act: UUID
    number: int


def merge_series(tx: Tx, series_id: UUID, *, into: UUID) -> UUID:
    """Say that a series of one's agency is part of another; answers the act's id. Its claim ends. Said again, it
    changes nothing and answers the same act. Asks `merge_series`; records `series:merged`.

    The persons of both stand in the one that stays. It keeps what was said of its own likely country; where nobody
    determined one for it, what was said of the other counts.

    Raises:
        NotFound: one of them does not exist for the actor. Forbidden: another agency's.
        Invalid: one series twice, or two that are opened separately.
        Conflict: one of them was merged elsewhere. Held: somebody else holds the one that goes.
    """
    _hold_persons(tx, [series_id, into])
    hold(tx, "series", [series_id, into])
    gone, stays = (tx.session.get(Series, each, populate_existing=True) for each in (series_id, into))
    if gone is None or stays is None:
        raise NotFound("There is no such series.")
    require_operation(tx, "merge_series", gone.operation_id)
    for each in (gone, stays):
        require_own_series(tx, each)
    if gone.id == stays.id:
        raise Invalid("These are not two series.", faults=[Fault("into", "another series")])
    if gone.compartment_id != stays.compartment_id:
        raise Invalid(
            "These series are opened separately: whoever sees one may not see the other.",
            faults=[Fault("into", "a series that is opened together with this one")],
        )
    said = _merger(tx, gone.id)
    if said is not None and gone.merged_into == stays.id:
        return said
    for each in (gone, stays):
        require_live(tx, each)
    require_not_anothers(tx, gone)
    act = _write(tx, "merged", gone, stays, uuid4())
    tx.session.execute(
        update(Series)
        .where(Series.id == gone.id, Series.holder_id.is_not(None))
        .values(holder_id=None, holder_agency_id=None, lease_until=None)
    )
    tx.record(events.SeriesMerged(at(stays), series=stays.id, other=gone.id, join=act))
    return act


def split_series(tx: Tx, series_id: UUID, *, numbers: Sequence[int], label: str) -> SplitSeries:
    """Take persons of one's own material out of a series of one's agency: they become a series of their own, which lies
    where this one lies. Asks `merge_series`; records `series:split`, and `person:placed` for each.

    Raises:
        NotFound: there is no such series or person for the actor. Forbidden: another agency's.
        Invalid: no person is named, too many are, or none would stay; the label says nothing.
        Conflict: a person is not in the series, or no longer: nothing is changed.
    """
    known = tx.find(Series, series_id, otherwise=NotFound("There is no such series."))
    require_words(label=label)
    if not numbers or len(numbers) > MOST_SPLIT:
        raise Invalid(
            "Choose the persons that leave.", faults=[Fault("numbers", "1 to {most} persons", most=MOST_SPLIT)]
        )
    persons = own_persons(tx, known.operation_id, numbers)
    series, operation = require_series(tx, "merge_series", series_id)
    require_own_series(tx, series)
    if any(person.series_id != series_id for person in persons):
        raise Conflict(
            "Some of these persons are not, or no longer, in {series}. Load the page again.",
            series=series_number(series.number),
        )
    if tx.session.scalar(select(func.count()).where(Person.series_id == series_id)) == len(persons):
        raise Invalid("At least one person must stay.", faults=[Fault("numbers", "not all persons of the series")])
    new = _like(tx, series, label=words_of(label), prepared=operation.state == "prepared")
    act = _write(tx, "split", new, series, uuid4())
    tx.record(events.SeriesSplit(at(series), series=series_id, other=new.id, join=act))
    put_in_series(tx, new, persons, act)
    return SplitSeries(act, new.number)


def take_back_join(tx: Tx, act_id: UUID) -> None:
    """Take back that two series were merged, or that one was split: what the other acts say stands. Asks
    `merge_series`; records `series:parted`.

    The series of a split that is taken back is part of the one off which it was split, with what was placed in it
    since.

    Raises:
        NotFound: there is no such act for the actor. Forbidden: another agency's series.
        Conflict: it was taken back already, or series of a split were merged since: that is taken back first.
    """
    act = tx.find(SeriesJoin, act_id, otherwise=NotFound("There is no such act."))
    require_operation(tx, "merge_series", act.operation_id)
    _hold_persons(tx, [act.series_id, act.into_id])
    hold(tx, "series", [act.series_id, act.into_id])
    series, stays = (tx.session.get_one(Series, each, populate_existing=True) for each in (act.series_id, act.into_id))
    require_own_series(tx, stays)
    if act.what == "split" and act.undone_at is None and _is_merged_since(tx, series, stays):
        raise Conflict("These series were merged since they were split. Take that back first.")
    take_back(tx, SeriesJoin, act_id)
    if act.what == "split":
        require_not_anothers(tx, series)
        undo_placements(tx, act_id)
    tx.record(events.SeriesParted(at(stays), series=stays.id, other=series.id, join=act_id))


def _is_merged_since(tx: Tx, series: Series, stays: Series) -> bool:
    """Whether the new series was merged into another, or the one off which it was split is part of it."""
    roots = text("select root from series_roots(:operation) where id = :series")
    root = tx.session.execute(roots, {"operation": stays.operation_id, "series": stays.id}).scalar_one_or_none()
    return series.merged_into is not None or root == series.id


def _merger(tx: Tx, series_id: UUID) -> UUID | None:
    """The act that stands by which a series became part of another."""
    return tx.session.scalars(
        select(SeriesJoin.id)
        .where(SeriesJoin.series_id == series_id, SeriesJoin.what == "merged", SeriesJoin.undone_at.is_(None))
        .order_by(SeriesJoin.ordinal.desc())
    ).first()


def _hold_persons(tx: Tx, series: Sequence[UUID]) -> None:
    """Hold the persons in these series, as far as the actor sees them: they move with them."""
    asked = select(Person.compartment_id).where(Person.series_id.in_(series)).distinct()
    hold(tx, "persons", list(tx.session.scalars(asked)))


def _write(tx: Tx, what: str, series: Series, into: Series, act: UUID) -> UUID:
    row = SeriesJoin(
        id=act,
        operation_id=into.operation_id,
        compartment_id=into.compartment_id,
        what=what,
        series_id=series.id,
        into_id=into.id,
        decided_by=tx.actor.id,
    )
    tx.add(row)
    return act


def _like(tx: Tx, series: Series, *, label: str, prepared: bool) -> Series:
    """A new series that lies where another one lies."""
    number = text("select next_number(:id, 'series')")
    new_id = uuid4()
    tx.session.execute(
        insert(Series).values(
            id=new_id,
            operation_id=series.operation_id,
            compartment_id=series.compartment_id,
            number=tx.session.execute(number, {"id": series.operation_id}).scalar_one(),
            label=label,
            external_reference=None,
            was_prepared=prepared,
        )
    )
    return tx.session.get_one(Series, new_id)
