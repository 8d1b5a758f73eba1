"""What people say of series: names, numbers elsewhere, comments; and the columns that an operation has of its own."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, insert, select, text, update

from workspace import events
from workspace.commands.guard import at, require_operation
from workspace.commands.series_guard import keep_word, require_own_series, require_series
from workspace.errors import Conflict, Fault, Invalid, NotFound
from workspace.model import SeriesColumn
from workspace.model.database import Tx
from workspace.rules.comparison import comparison_key
from workspace.rules.reasons import require_words, words_of

MOST_COLUMNS = 6
"""How many columns an operation has of its own at most: beside the four that are always there, ten fit on a screen."""
_NAME = text("select name_series(:series, :label, :reference)")


def name_series(tx: Tx, series_id: UUID, *, label: str) -> UUID:
    """Name a series of the own agency anew; the record keeps what it was called. Answers the id of what was said. Asks
    `name_series`; records `series:named`.

    Raises:
        Forbidden: another agency's series. Invalid: the name says nothing. Conflict: it is called so already.
    """
    series, _ = require_series(tx, "name_series", series_id)
    require_own_series(tx, series)
    require_words(label=label)
    label = words_of(label)
    if label == series.label:
        raise Conflict("The series is called so already.")
    word = keep_word(tx, series, "name", label, before=series.label)
    tx.session.execute(_NAME, {"series": series_id, "label": label, "reference": None})
    tx.record(events.SeriesNamed(at(series), series=series_id, word=word))
    return word


def reference_series(tx: Tx, series_id: UUID, *, external_reference: str) -> UUID:
    """Say the number of a series of the own agency in another system; an empty one takes it away. Answers the id of
    what was said. Asks `name_series`; records `series:referenced`.

    Raises:
        Forbidden: another agency's series. Conflict: this number stands there already, written in whichever form.
    """
    series, _ = require_series(tx, "name_series", series_id)
    require_own_series(tx, series)
    said, before = words_of(external_reference), series.external_reference or ""
    if said == before or (said and comparison_key(said) == comparison_key(before)):
        raise Conflict("The series has this number already.")
    word = keep_word(tx, series, "reference", said, before=before)
    tx.session.execute(_NAME, {"series": series_id, "label": None, "reference": said})
    tx.record(events.SeriesReferenced(at(series), series=series_id, word=word))
    return word


def comment_on_series(tx: Tx, series_id: UUID, *, body: str) -> UUID:
    """Write a comment on a series, for all who may see it; answers its id. Asks `comment_on_series`; records
    `series:commented`.

    Raises:
        Invalid: the comment says nothing.
    """
    series, _ = require_series(tx, "comment_on_series", series_id)
    require_words(body=body)
    word = keep_word(tx, series, "comment", words_of(body))
    tx.record(events.SeriesCommented(at(series), series=series_id, word=word))
    return word


def add_series_column(tx: Tx, operation_id: int, *, name: str) -> UUID:
    """Add a column of triage to the operation; answers its id. Asks `arrange_series`; records `series:column_added`.

    Raises:
        Invalid: the name says nothing.
        Conflict: there is a column of this name, written in whichever form, or there are MOST_COLUMNS.
    """
    operation = require_operation(tx, "arrange_series", operation_id, held=True)
    require_words(name=name)
    columns = tx.session.scalars(
        select(SeriesColumn.name).where(SeriesColumn.operation_id == operation.id, SeriesColumn.removed_at.is_(None))
    ).all()
    if comparison_key(name) in {comparison_key(each) for each in columns}:
        raise Conflict("There is a column of this name already.")
    if len(columns) >= MOST_COLUMNS:
        raise Invalid(
            "There are as many columns as fit.", faults=[Fault("name", "at most {most} columns", most=MOST_COLUMNS)]
        )
    column = tx.session.scalars(
        insert(SeriesColumn)
        .values(operation_id=operation.id, name=words_of(name), added_by=tx.actor.id)
        .returning(SeriesColumn.id)
    ).one()
    tx.record(events.SeriesColumnAdded(events.Place(operation.id), column=column))
    return column


def remove_series_column(tx: Tx, column_id: UUID) -> None:
    """Take a column of the operation's own away; the series in it stand in «To do» again. Asks `arrange_series`;
    records `series:column_removed`.

    Raises:
        NotFound: there is no such column for the actor. Conflict: it was removed already.
    """
    column = tx.find(SeriesColumn, column_id, otherwise=NotFound("There is no such column."))
    require_operation(tx, "arrange_series", column.operation_id, held=True)
    tx.change_one(
        update(SeriesColumn)
        .where(SeriesColumn.id == column_id, SeriesColumn.removed_at.is_(None))
        .values(removed_at=func.now()),
        otherwise=Conflict("This column was removed already."),
    )
    tx.record(events.SeriesColumnRemoved(events.Place(column.operation_id), column=column_id))
