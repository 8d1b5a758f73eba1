"""What a fault of the database means for whoever writes or reads: a lost or overloaded one is told apart from what it
cannot hold, and from what stands no longer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.errors import (
    DeadlockDetected,
    DiskFull,
    LockNotAvailable,
    NumericValueOutOfRange,
    QueryCanceled,
    RaiseException,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from workspace.errors import Closed, Forbidden, Invalid, Text, Unavailable, WorkspaceError
from workspace.rules.policy import NEWCOMER

_STANDS_NO_LONGER = "CN001"
"""The SQLSTATE with which `still_stands` refuses; its message is the code."""
_BEYOND_LIMITS = "54"
"""The class of SQLSTATEs that say that a limit of the program was passed: a long index entry, too deep an
expression."""
_BUSY = Text("The database is busy. Nothing was changed; try again in a moment.")
_SLOW = Text("This took longer than a minute and was stopped. Nothing was changed.")
_HELD = Text("Somebody else's change of the same thing takes long. Nothing was changed; try again in a moment.")
_FULL = Text("The disk of the database is full. Nothing was changed. Tell an operator.")
_GONE = Text("The database does not answer. Nothing was changed; try again in a moment.")
_MET = Text("Two changes of the same things met. Nothing of yours was changed; try again.")
NO_ROLE = Text("Your role in this operation does not allow this.")
IN_DOUBT = Text(
    "The connection to the database broke while the change was being saved: it is not known whether it was stored. "
    "Sent again under the same idempotency key, it is stored once."
)


def breaks_the_line(cause: psycopg.Error) -> bool:
    """Whether this is no answer to the commit: the line broke, or the server ends it (57P01 and the like), perhaps
    after it was done."""
    return cause.sqlstate is None or cause.sqlstate.startswith(("08", "57P0"))


@contextmanager
def faults() -> Iterator[None]:
    """Turn a lost or overloaded database into a refusal that says so, and what it cannot hold into one that says that.

    Only `Unavailable` is worth another try; reason `too_slow` says that the same statement would be stopped again.
    """
    try:
        yield
    except PoolTimeout as fault:
        raise Unavailable(_BUSY) from fault
    except (DBAPIError, psycopg.Error) as fault:
        # Inside a statement SQLAlchemy wraps what the driver says; at the commit the driver speaks itself.
        cause = fault.orig if isinstance(fault, DBAPIError) else fault
        refusal = _refusal(cause)
        if refusal is None:
            raise
        raise refusal from cause


def _no_longer(code: str | None) -> WorkspaceError:
    """What policy says to whoever lost the right while the write was under way."""
    if code == "closed":
        return Closed("The operation does not accept this now.")
    if code == "newcomer":
        return Forbidden(NEWCOMER, reason="newcomer")
    return Forbidden(NO_ROLE)


def _refusal(cause: BaseException | None) -> WorkspaceError | None:
    """What a person is told of a fault of the database; None where it is ours."""
    if not isinstance(cause, psycopg.Error):
        return None
    if cause.sqlstate == _STANDS_NO_LONGER:
        return _no_longer(cause.diag.message_primary)
    if (cause.sqlstate or "").startswith(_BEYOND_LIMITS):
        return Invalid("This is too long for one field. Nothing was changed.")
    if isinstance(cause, NumericValueOutOfRange):
        return Invalid("A number here is too large.")
    if isinstance(cause, QueryCanceled):
        return Unavailable(_SLOW, reason="too_slow")
    if isinstance(cause, DiskFull):
        return Unavailable(_FULL, reason="database_full")
    if isinstance(cause, DeadlockDetected | LockNotAvailable):
        return Unavailable(_MET if isinstance(cause, DeadlockDetected) else _HELD)
    if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        return Unavailable(_GONE)
    if isinstance(cause, RaiseException):
        return Unavailable("The database refused: {reason}", reason=cause.diag.message_primary)
    return None
