"""Steps of commands about series: find one, hold it until the commit, and ask whose it is and who works on it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from workspace.commands.guard import require_operation
from workspace.commands.locks import hold
from workspace.errors import Conflict, Forbidden, Held, NotFound
from workspace.model import Agency, Compartment, Operation, Series, SeriesWord, User
from workspace.model.database import Tx
from workspace.rules.numbers import series_number


def require_series(tx: Tx, action: str, series_id: UUID) -> tuple[Series, Operation]:
    """A series that the actor sees, held until the commit, if he may do the action in its operation.

    Raises:
        NotFound: there is no such series for the actor. Forbidden, Closed: see `require_operation`.
        Conflict: it was merged into another one, which is named.
    """
    hold(tx, "series", [series_id])
    series = tx.session.get(Series, series_id, populate_existing=True)
    if series is None:
        raise NotFound("There is no such series.")
    operation = require_operation(tx, action, series.operation_id)
    require_live(tx, series)
    return series, operation


def require_live(tx: Tx, series: Series) -> None:
    """Pass if the series was not merged into another.

    Raises:
        Conflict: it was.
    """
    if series.merged_into is not None:
        into = tx.session.get_one(Series, series.merged_into)
        raise Conflict(
            "{series} was merged into {into}. Open that one.",
            series=series_number(series.number),
            into=series_number(into.number),
        )


def require_own_series(tx: Tx, series: Series) -> None:
    """Pass if the series is of the actor's own agency.

    Raises:
        Forbidden: another agency's.
    """
    if tx.session.get_one(Compartment, series.compartment_id).agency_id != tx.actor.agency_id:
        raise Forbidden("Only the agency that owns a series can change this.", series=series_number(series.number))


def is_held(tx: Tx, series: Series) -> bool:
    """Whether somebody holds the series now."""
    return series.holder_id is not None and series.lease_until is not None and series.lease_until > tx.now


def who_holds(tx: Tx, series: Series) -> Held:
    """The refusal that names the holder of a series that somebody holds."""
    row = tx.session.execute(
        select(User.id, User.name, Agency.country)
        .join(Agency, Agency.id == User.agency_id)
        .where(User.id == series.holder_id)
    ).one()
    until = series.lease_until.isoformat() if series.lease_until else None
    return Held(
        "{holder} holds this series.", holder_id=row.id, holder=row.name, country=row.country, lease_until=until
    )


def require_not_anothers(tx: Tx, series: Series) -> None:
    """Pass if nobody else holds the series.

    Raises:
        Held: somebody does.
    """
    if is_held(tx, series) and series.holder_id != tx.actor.id:
        raise who_holds(tx, series)


def claim_has_ended(tx: Tx, series: Series) -> Conflict:
    """The refusal for whoever held the series, with the name of who holds it now."""
    holder = who_holds(tx, series).facts["holder"] if is_held(tx, series) else None
    return Conflict("Your claim on this series has ended.", holder=holder)


def keep_word(tx: Tx, series: Series, what: str, words: str, *, before: str = "") -> UUID:
    """Write down what the actor says of the series; answers the row's id for the event."""
    row = SeriesWord(
        operation_id=series.operation_id,
        compartment_id=series.compartment_id,
        series_id=series.id,
        what=what,
        words=words,
        before=before,
        said_by=tx.actor.id,
    )
    tx.add(row)
    return row.id
