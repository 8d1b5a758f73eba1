"""What a rule reads beside the row that it writes is held until the commit, in one declared order (ADR 42).

Two writes that meet then stand one behind the other, and no two wait for each other. A command holds first and reads
afterwards: what was loaded before may have changed while it waited. The head of the chain comes last; the database
takes it (`append_events`). Must not decide anything.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal
from uuid import UUID

from sqlalchemy import text

from workspace.errors import Unavailable
from workspace.model.database import Tx

Thing = Literal[
    "account",
    "operation",
    "members",
    "country",
    "exhibit",
    "register",
    "entry",
    "persons",
    "series",
    "ledger",
    "lead",
    "referral",
    "permission",
]
ORDER: dict[Thing, int] = {
    "account": 0,
    "operation": 1,
    "members": 2,  # of an operation: who takes part, and who met whom
    "country": 3,  # its part in an operation: terms, window, consents
    "exhibit": 4,
    "register": 5,
    "entry": 6,
    "persons": 7,  # of a compartment, with their faces and the acts on them
    "series": 8,
    "ledger": 9,  # of an operation: the entries, who they are, and what was stated of them
    "lead": 10,
    "referral": 11,  # with its lead
    "permission": 12,  # with its referral and its lead
}
"""Every kind of thing that is held, with its place: who holds one takes none before it."""

ALONE_AFTER = "2s"
"""How long a write that must be alone waits for those under way, while others wait behind it."""

_HOLD = text("select hold(:what, :ids)")
_FIRST = text("select pg_try_advisory_xact_lock(hashtext('alone'))")
_PATIENCE = text("select current_setting('lock_timeout'), set_config('lock_timeout', :wait, true)")
_ALONE = text("select pg_advisory_xact_lock(hashtext('writes'))")


def hold(tx: Tx, what: Thing, ids: Collection[int | UUID]) -> None:
    """Hold things of one kind until the commit, in the order of their ids; waits for whoever holds one.

    Things that are not there are passed over, and those that the actor may not see are held too: whether they may be
    seen is asked afterwards.

    Raises:
        RuntimeError: this write holds something that comes later: a command does not follow the order.
    """
    take_place(tx, what)
    if ids:
        tx.session.connection().execute(_HOLD, {"what": what, "ids": sorted(map(str, ids))})


def take_place(tx: Tx, what: Thing) -> None:
    """Note that a statement of the command itself is about to hold things of this kind.

    Raises:
        RuntimeError: as `hold`.
    """
    place = ORDER[what]
    if place < tx.holds:
        later = next(name for name, number in ORDER.items() if number == tx.holds)
        raise RuntimeError(f"«{what}» is held before «{later}», see workspace/commands/locks.py.")
    tx.holds = place


def be_alone(tx: Tx) -> None:
    """Wait until no other write is under way, and keep all others waiting until the commit: every write shares the lock
    that this one takes.

    For what moves rows to another compartment: whoever had read the old one would put rows behind it.

    Raises:
        Unavailable: others are still writing after ALONE_AFTER, or somebody else waits to be alone.
    """
    if not tx.session.execute(
        _FIRST
    ).scalar_one():  # two that share the lock and want it alone would wait for each other
        raise Unavailable("Two changes of the same things met. Nothing of yours was changed; try again.")
    patience = tx.session.execute(_PATIENCE, {"wait": ALONE_AFTER}).one()[0]
    tx.session.execute(_ALONE)
    tx.session.execute(_PATIENCE, {"wait": patience})
