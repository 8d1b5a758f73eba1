"""Work on series: a claim is a lease like that of a lead, and a series has a column of triage, a priority and an age.

A series is in work while somebody holds it; then it stands where it was put last. Races are settled by the series' row,
which is held first; the loser is told who holds it. All clocks are the database's.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.dialects.postgresql import array

from workspace import events
from workspace.commands.each import each
from workspace.commands.guard import at
from workspace.commands.locks import hold
from workspace.commands.series_guard import (
    claim_has_ended,
    is_held,
    keep_word,
    require_not_anothers,
    require_series,
    who_holds,
)
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import Series, SeriesColumn, User
from workspace.model.database import Tx
from workspace.rules.codes import SERIES_RECENCIES, SERIES_TRIAGES, require_one_of
from workspace.rules.reasons import require_reason
from workspace.rules.roles import EXAMINERS, may_end_claim

_NOBODY = {"holder_id": None, "holder_agency_id": None, "lease_until": None}
SERIES_LEASE_IS_OVER = (
    Series.holder_id.is_not(None),
    or_(
        Series.lease_until <= func.now(),
        func.part_ended(Series.operation_id, Series.holder_id, array(sorted(EXAMINERS))).is_not(None),
    ),
)
"""What `end_series_leases` looks for; housekeeping asks first whether there is any."""


def claim_series(tx: Tx, series_id: UUID) -> int:
    """Claim a series for the actor and return the token of the claim; one that was done or left over is taken up again.

    Asks `claim_series`; records `series:claimed`, or `series:claim_lost` with the refusal.

    Raises:
        NotFound: there is no such series for the actor.
        Held: (after the commit) somebody holds it; the facts name holder, country and the end of the lease.
    """
    series, operation = require_series(tx, "claim_series", series_id)
    if is_held(tx, series):
        tx.record(events.SeriesClaimLost(at(series), series=series_id, holder=series.holder_id or 0))
        tx.refuse(who_holds(tx, series))
        return 0
    triage = "own" if series.triage == "own" else "to_do"
    lease = func.now() + timedelta(seconds=operation.lease_s)
    token = tx.change_one(
        update(Series)
        .where(Series.id == series_id)
        .values(
            holder_id=tx.actor.id,
            holder_agency_id=tx.actor.agency_id,
            lease_until=lease,
            claim_token=Series.claim_token + 1,
            triage=triage,
        )
        .returning(Series.claim_token),
        otherwise=NotFound("There is no such series."),
    )
    tx.record(events.SeriesClaimed(at(series), series=series_id, token=token))
    return token


def renew_series(tx: Tx, series_id: UUID, *, token: int) -> None:
    """Extend the lease of one's own claim. Asks `claim_series`; records `series:renewed`.

    Raises:
        Conflict: the claim with this token has ended.
    """
    series, operation = require_series(tx, "claim_series", series_id)
    _change_own(tx, series, token, lease_until=func.now() + timedelta(seconds=operation.lease_s))
    tx.record(events.SeriesRenewed(at(series), series=series_id, token=token))


def release_series(tx: Tx, series_id: UUID, *, token: int) -> None:
    """Give up one's own claim. Asks `release_series`; records `series:released`.

    Raises:
        Conflict: the claim with this token has ended.
    """
    series, _ = require_series(tx, "release_series", series_id)
    _change_own(tx, series, token, **_NOBODY)
    tx.record(events.SeriesReleased(at(series), series=series_id, token=token))


def hand_over_series(tx: Tx, series_id: UUID, *, token: int, to: int) -> int:
    """Hand one's own claim to a named examiner and return the new token. Asks `claim_series`; records
    `series:handed_over`.

    Raises:
        Invalid: the other person is no examiner of this operation, or the series is closed to him.
        Conflict: the claim with this token has ended.
    """
    known = tx.session.get(Series, series_id)
    if known is not None:  # whoever takes it may lose the part in this moment
        hold(tx, "members", [known.operation_id])
    series, operation = require_series(tx, "claim_series", series_id)
    agency_id = _require_receiver(tx, series, to)
    new = _change_own(
        tx,
        series,
        token,
        holder_id=to,
        holder_agency_id=agency_id,
        lease_until=func.now() + timedelta(seconds=operation.lease_s),
        claim_token=Series.claim_token + 1,
    )
    tx.record(events.SeriesHandedOver(at(series), series=series_id, to=to, token=new))
    return new


def take_over_series(tx: Tx, series_id: UUID, *, reason: str) -> None:
    """End another's claim for a reason, so that the series is free again. Asks `take_over_series`; records
    `series:taken_over`.

    A country lead may end claims of its own agency only; the operation lead may end any.

    Raises:
        Invalid: the reason says nothing.
        Conflict: nobody holds the series.
        Forbidden: the claim is another agency's.
    """
    series, _ = require_series(tx, "take_over_series", series_id)
    reason = require_reason(reason)
    if series.holder_id is None:
        raise Conflict("Nobody holds this series.")
    if not may_end_claim(tx.actor, series.operation_id, holder_agency_id=series.holder_agency_id):
        raise Forbidden("You may end claims of your own agency only.")
    holder, token = series.holder_id, series.claim_token + 1
    tx.session.execute(update(Series).where(Series.id == series_id).values(**_NOBODY, claim_token=token))
    word = keep_word(tx, series, "taken_over", reason)
    tx.record(events.SeriesTakenOver(at(series), series=series_id, holder=holder, token=token, word=word))


def triage_series(
    tx: Tx, series_id: UUID, *, triage: str, column_id: UUID | None = None, reason: str | None = None
) -> None:
    """Put a series into a column: to do, done, left over for a reason, or one of the operation's own. Ends the actor's
    own claim. Asks `triage_series`; records `series:triaged`.

    Raises:
        Invalid: the column is unknown, or what is left over has no reason.
        Held: somebody else holds the series.
        Conflict: it stands there already.
    """
    series, _ = require_series(tx, "triage_series", series_id)
    if triage not in SERIES_TRIAGES or (triage == "own") != (column_id is not None):
        raise Invalid("A value is unknown.", faults=[Fault("triage", "one of {known}", known=list(SERIES_TRIAGES))])
    said = require_reason(reason or "") if triage == "left_over" else None
    require_not_anothers(tx, series)
    if column_id is not None:
        column = tx.session.get(SeriesColumn, column_id)
        if column is None or column.operation_id != series.operation_id or column.removed_at is not None:
            raise NotFound("There is no such column.")
    if (series.triage, series.column_id, series.holder_id) == (triage, column_id, None):
        raise Conflict("The series stands in this column already.")
    tx.session.execute(
        update(Series).where(Series.id == series_id).values(triage=triage, column_id=column_id, **_NOBODY)
    )
    word = None if said is None else keep_word(tx, series, "left_over", said)
    tx.record(events.SeriesTriaged(at(series), series=series_id, triage=triage, column=column_id, word=word))


def prioritise_series(tx: Tx, series_id: UUID, *, priority: int) -> None:
    """Set a series' priority: 1 comes first, 3 last. Asks `triage_series`; records `series:prioritised`."""
    series, _ = require_series(tx, "triage_series", series_id)
    if priority not in (1, 2, 3):
        raise Invalid(
            "The priority must be 1, 2 or 3.", faults=[Fault("priority", "between {least} and {most}", least=1, most=3)]
        )
    before = series.priority
    if before == priority:
        return
    tx.session.execute(update(Series).where(Series.id == series_id).values(priority=priority))
    tx.record(events.SeriesPrioritised(at(series), series=series_id, before=before, after=priority))


def date_series(tx: Tx, series_id: UUID, *, recency: str | None) -> None:
    """Say whether a series' material is recent or cold; None takes it back. Asks `triage_series`; records
    `series:dated`."""
    series, _ = require_series(tx, "triage_series", series_id)
    if recency is not None:
        require_one_of(SERIES_RECENCIES, recency=recency)
    if series.recency == recency:
        return
    tx.session.execute(update(Series).where(Series.id == series_id).values(recency=recency))
    tx.record(events.SeriesDated(at(series), series=series_id, recency=recency or "not_stated"))


def end_series_leases(tx: Tx) -> int:
    """End every claim of a series whose time is over, or whose holder has left; housekeeping calls it once per second.
    Asks `end_series_lease`; records `series:lease_ended` for each."""
    rows = tx.session.execute(
        select(Series.id, Series.operation_id, Series.compartment_id, Series.holder_id)
        .where(*SERIES_LEASE_IS_OVER)
        .order_by(Series.id)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    return each(tx, "end_series_lease", rows, _end_lease)


def _end_lease(tx: Tx, row: Row[Any]) -> None:
    tx.session.execute(update(Series).where(Series.id == row.id).values(**_NOBODY))
    place = events.Place(row.operation_id, (row.compartment_id,))
    tx.record(events.SeriesLeaseEnded(place, series=row.id, holder=row.holder_id))


def _change_own(tx: Tx, series: Series, token: int, **values: object) -> int:
    """Change the claim if it is the actor's, with this token, and its lease lives."""
    return tx.change_one(
        update(Series)
        .where(
            Series.id == series.id,
            Series.holder_id == tx.actor.id,
            Series.claim_token == token,
            Series.lease_until > func.now(),
        )
        .values(**values)
        .returning(Series.claim_token),
        otherwise=lambda: claim_has_ended(tx, series),
    )


def _require_receiver(tx: Tx, series: Series, user_id: int) -> int:
    """The agency of the person who is to take the series, if it opens for that person."""
    agency_id = tx.session.execute(select(User.agency_id).where(User.id == user_id)).scalar_one_or_none()
    ended = func.part_ended(series.operation_id, user_id, array(sorted(EXAMINERS)))
    if agency_id is None or tx.session.scalar(select(ended)) is not None:
        fault = Fault("to", "is not an examiner of this operation")
    elif not tx.session.scalar(select(func.may_hold_series(series.id, user_id))):
        fault = Fault("to", "the series is closed to this person")
    else:
        return agency_id
    raise Invalid("This person cannot take the series.", faults=[fault])
