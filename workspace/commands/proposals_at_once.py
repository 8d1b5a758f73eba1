"""Several proposals at once: of all media that somebody chose, in one press, which is also how they are answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from sqlalchemy import select

from workspace.commands.guard import require_operation
from workspace.commands.proposals import (
    Waiting,
    Wanted,
    accept_change,
    accept_placements,
    decline_change,
    propose_change,
    withdraw_change,
)
from workspace.errors import Conflict, Fault, Invalid, NotFound
from workspace.model import Proposal
from workspace.model.database import Tx

MOST_AT_ONCE = 200
"""How many media one press proposes a change of, and how many proposals one press answers."""


@dataclass(frozen=True)
class ProposedAtOnce:
    """The press, by which all of it is withdrawn; of how many media it proposed the change, and of how many the own
    agency had proposed it before."""

    act: UUID
    proposed: int
    waiting: int


def propose_for_media(tx: Tx, operation_id: int, media: Sequence[UUID], wanted: Wanted) -> ProposedAtOnce:
    """Propose one change of several media of other agencies: a grade by their owner's table, or a series. Of all that
    can be, or of none. Asks `propose_change`; records `proposal:made` for each.

    Raises:
        Invalid: none or too many media, or a change that no medium has. Conflict: all of them wait already.
        NotFound, Forbidden: as `propose_change`, of any of them.
    """
    chosen = list(dict.fromkeys(media))
    faults = []
    if not 1 <= len(chosen) <= MOST_AT_ONCE:
        faults.append(Fault("media", "1 to {most} media", most=MOST_AT_ONCE))
    if wanted.kind not in ("grade", "series"):
        faults.append(Fault("kind", "one of {known}", known=["grade", "series"]))
    if faults:
        raise Invalid("This cannot be proposed.", faults=faults)
    act, waiting = uuid4(), 0
    for each in chosen:
        try:
            propose_change(tx, operation_id, replace(wanted, item=each), act=act)
        except Waiting:
            waiting += 1
    if waiting == len(chosen):
        raise Conflict("Your agency has proposed this of all of them, and it waits for the owner.")
    return ProposedAtOnce(act, len(chosen) - waiting, waiting)


def answer_changes(tx: Tx, operation_id: int, proposals: Sequence[UUID], *, accept: bool, reason: str = "") -> int:
    """Accept several proposals about the actor's own agency's items, or decline them with one reason; all of them or
    none. Answers how many. Asks and records what `accept_change` and `decline_change` do.

    Accepted together are grades, or what is placed in one series: any other is a decision by itself.

    Raises:
        Invalid: none or too many are named, or they cannot be accepted together. NotFound: one is none of this
        operation. Forbidden, Conflict: as `accept_change` and `decline_change`, of any of them.
    """
    chosen = list(dict.fromkeys(proposals))
    if not 1 <= len(chosen) <= MOST_AT_ONCE:
        raise Invalid("Choose what to answer.", faults=[Fault("proposals", "1 to {most}", most=MOST_AT_ONCE)])
    here = select(Proposal.id, Proposal.kind, Proposal.series_id).where(
        Proposal.id.in_(chosen), Proposal.operation_id == operation_id
    )
    rows = tx.session.execute(here.order_by(Proposal.ordinal)).all()
    if len(rows) < len(chosen):
        raise NotFound("There is no such proposal.")
    chosen = [row.id for row in rows]  # in one order, as two who answer the same ones would wait for each other
    if not accept:
        for each in chosen:
            decline_change(tx, each, reason=reason)
        return len(chosen)
    asked = {(row.kind, row.series_id) for row in rows}
    if len(chosen) > 1 and (len(asked) > 1 or not {kind for kind, _ in asked} <= {"grade", "series"}):
        raise Invalid(
            "Accept together only grades, or what is to stand in one series.",
            faults=[Fault("proposals", "of one kind, grades or one series")],
        )
    kind, series = asked.pop()
    if kind == "series":
        accept_placements(tx, series, chosen)
    else:
        for each in chosen:
            accept_change(tx, each)
    return len(chosen)


def withdraw_changes(tx: Tx, act: UUID) -> int:
    """Withdraw what the own agency proposed in one press and nobody has answered; answers how many. Asks
    `propose_change`; records `proposal:withdrawn` for each.

    Raises:
        NotFound: the own agency made no such press, as far as the actor sees it. Conflict: all were answered already.
    """
    rows = tx.session.execute(
        select(Proposal.id, Proposal.operation_id, Proposal.answer)
        .where(Proposal.act == act, Proposal.agency_id == tx.actor.agency_id)
        .order_by(Proposal.ordinal)
    ).all()
    if not rows:
        raise NotFound("There is no such proposal.")
    require_operation(tx, "propose_change", rows[0].operation_id)
    waiting = [row.id for row in rows if row.answer is None]
    if not waiting:
        raise Conflict("All of these were answered already.")
    for each in waiting:
        withdraw_change(tx, each)
    return len(waiting)
