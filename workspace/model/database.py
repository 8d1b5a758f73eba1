"""The only way to the rows: `read(viewer)` and `write(actor)`. The only commit of the project stands here.

Every transaction says first who is looking, so that row-level security decides what exists. A write collects events and
hands them to the record as the last statement before the commit: numbered, chained and announced if, and only if, it is
committed. Must not decide who may do what (policy.py), nor load anything for people (queries/).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, LiteralString, TypeVar, cast, overload
from uuid import UUID

import psycopg
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, CursorResult, Engine, Insert, Update, UpdateBase, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from workspace.errors import Forbidden, NotSignedIn, Text, Unavailable, WorkspaceError
from workspace.events import Event
from workspace.model.database_faults import IN_DOUBT, NO_ROLE, breaks_the_line, faults
from workspace.model.setbacks import Apart
from workspace.rules.actor import Actor, Standing

_ACT_AS = "select act_as(%s, %s)"
_WRITE_AS = "select act_as(%s, %s) from pg_advisory_xact_lock_shared(hashtext('writes'))"
_PRESENT = "set_config('app.presented', %s, true)"
"""For the driver itself, since every read and every write begins with one of them, and every request with a secret."""
_ANSWER = text("select 1")
_AS_PARTNER = text("select set_config('app.played_by', 'partner', true)")
_APPEND = "select append_events(%s, %s::jsonb, %s, %s::text[], %s)"
"""For the driver itself: while the head is locked, each tenth of a millisecond counts."""

_AS_LOADED = {"synchronize_session": False}
"""Without looking for loaded objects that a statement changes: commands load, change and record, and read nothing
back."""
_NO_ACCOUNT = Text("This account does not exist or is disabled.")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Asked:
    """What policy was asked of a person in one operation, to be asked again when the write is stored. states: those
    that all of it allows, or None where the state did not decide. met: whether it refuses a newcomer."""

    role: str
    states: frozenset[str] | None
    met: bool

    def with_(self, other: Asked) -> Asked:
        """Both."""
        said = [each.states for each in (self, other) if each.states is not None]
        return Asked(self.role, frozenset.intersection(*said) if said else None, self.met or other.met)


@dataclass
class Tx:
    """One write: a session, who acts, the database's time, and the events so far. played_by: person, or an exercise's
    partner. asked: by operation. holds: the last place of commands/locks.py that it has taken. questions: each action
    that policy was asked about, with its operation and its lead. apart, has_parts: see commands/each.py."""

    session: Session
    actor: Actor
    now: datetime
    played_by: str = "person"
    standing: Standing = "fresh"
    events: list[Event] = field(default_factory=list)
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    refusal: WorkspaceError | None = None
    asked: dict[int, Asked] = field(default_factory=dict)
    holds: int = -1
    questions: list[tuple[str, int, UUID | None]] = field(default_factory=list)
    apart: Apart | None = None
    has_parts: bool = False
    kept: list[object] = field(default_factory=list)
    """Loaded objects that are asked for again: the session forgets what nobody holds."""

    def ask_again(self, operation_id: int, asked: Asked) -> None:
        """Have the database ask this of the actor once more when the write is stored."""
        before = self.asked.get(operation_id)
        self.asked[operation_id] = asked if before is None else before.with_(asked)

    def record(self, event: Event) -> None:
        """Add an event to what this write will record."""
        self.events.append(event)

    def find(self, table: type[_T], key: object, *, otherwise: WorkspaceError) -> _T:
        """The row with this key, as the actor sees it.

        Raises:
            otherwise: there is none for the actor.
        """
        row = self.session.get(table, key)
        if row is None:
            raise otherwise
        return row

    def add(self, row: object) -> None:
        """Insert a row now; it then knows what the database has given it."""
        self.session.add(row)
        self.session.flush()

    def ask(self, query: LiteralString, *values: object) -> tuple[Any, ...]:
        """The one row that a statement answers, asked by the driver itself: for what is asked so often that
        SQLAlchemy's part counts."""
        connection = self.session.connection()
        driver: Any = connection.connection.driver_connection
        try:
            return cast("tuple[Any, ...]", driver.execute(query, values, prepare=True).fetchone())
        except psycopg.OperationalError:
            if driver.broken:
                connection.invalidate()
            raise

    def change(self, statement: UpdateBase) -> int:
        """Run an UPDATE or DELETE; answers how many rows it changed. Objects that were loaded before keep what they
        said."""
        return cast(
            "CursorResult[*tuple[Any, ...]]", self.session.execute(statement, execution_options=_AS_LOADED)
        ).rowcount

    @overload
    def change_one(
        self,
        statement: ReturningUpdate[_T] | ReturningInsert[_T],
        *,
        otherwise: WorkspaceError | Callable[[], WorkspaceError],
    ) -> _T: ...
    @overload
    def change_one(self, statement: Update, *, otherwise: WorkspaceError | Callable[[], WorkspaceError]) -> object: ...
    def change_one(
        self, statement: Update | Insert, *, otherwise: WorkspaceError | Callable[[], WorkspaceError]
    ) -> object:
        """Run an UPDATE that settles a race by its conditions, or an INSERT that leaves what stands there; answers what
        it returns, if it returns something.

        Raises:
            otherwise: nothing met the conditions: somebody was first, or the state does not allow it.
        """
        result = self.session.execute(statement, execution_options=_AS_LOADED)
        rows = [(None,)] * result.rowcount if isinstance(result, CursorResult) else result.all()
        if not rows:
            raise otherwise if isinstance(otherwise, WorkspaceError) else otherwise()
        return rows[0][0]

    def refuse(self, refusal: WorkspaceError) -> None:
        """Refuse, but keep what this write records of the attempt: raised after the commit."""
        self.refusal = refusal

    def after_commit(self, wake: Callable[[], None]) -> None:
        """Have a wake-up sent once the write is committed; one that fails loses nothing (a sweep finds the rows)."""
        self.afterwards.append(wake)


class Database:
    """One engine for one database role.

    Raises `Unavailable` where the server does not answer: nothing was changed, trying again is safe; with reason
    `in_doubt`, where the line broke at the commit itself, it may have been done.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 5,
        max_overflow: int = 20,
        waits_for_disk: bool = True,
        require_room: Callable[[], None] = lambda: None,
    ) -> None:
        """waits_for_disk: False lets commits return before they are on disk, for workers alone.

        A crash of the database (not of a worker) may then take the last fraction of a second of jobs with it, effects
        and «done»
        together: they are done again. Whatever a person writes waits for the disk, and for all that was written before
        it.

        require_room: asked before each write; raises `Unavailable` where the database's disk is full. Reads go on.
        """
        self.url = url
        self._require_room = require_room
        waiting = "" if waits_for_disk else " -c synchronous_commit=off"
        self.engine: Engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_use_lifo=True,  # what one connection has planned serves again, where five would plan it each
            hide_parameters=True,  # what people wrote does not go into technical logs
            connect_args={
                "connect_timeout": 5,
                "options": "-c timezone=UTC -c lock_timeout=10s -c statement_timeout=60s" + waiting,
            },
        )

    @contextmanager
    def read(
        self, viewer: int | None, *, presented: bytes | None = None, exercises_only: bool = False
    ) -> Iterator[View]:
        """Open one consistent snapshot as the viewer sees it. Nothing can be written in it.

        presented: SHA-256 of a secret (cookie, token, invitation, challenge) that makes its own row visible before it
        is known who comes. exercises_only: the viewer came by one click of an exercise; real operations do not exist.
        """
        with faults(), Session(self.engine, expire_on_commit=False) as session:
            facts = _on_a_line_that_answers(session, lambda: _look_as(session, viewer, presented, exercises_only))
            try:
                yield View(session, facts[0] if facts else None, facts[1] if facts else None)
            except WorkspaceError:
                session.commit()  # as below: what is not there or not allowed is asked for all day
                raise
            session.commit()  # nothing was written; at a rollback the driver forgets what it has prepared

    @contextmanager
    def write(
        self,
        actor: int,
        *,
        presented: bytes | None = None,
        played_by: str = "person",
        standing: Standing = "fresh",
        exercises_only: bool = False,
    ) -> Iterator[Tx]:
        """Open a write as the actor; commit at the end, with its events, or change nothing.

        played_by: "partner" where the session is that of an exercise's partner; it stands on every event of the write.
        standing: what the write came with; some actions ask for a passkey shown just now. exercises_only: as of `read`.

        Raises:
            NotSignedIn: the actor does not exist or is disabled.
        """
        with self._writing(lambda _: actor, presented, played_by, exercises_only) as tx:
            tx.standing = standing
            yield tx

    @contextmanager
    def first_write(self, first: Callable[[Session], int]) -> Iterator[Tx]:
        """Open the one write in which nobody can act yet: `first` makes sure of a service user and answers its id.

        For `ensure_service_users` alone, with the workers' role.
        """
        with self._writing(first, None, "person") as tx:
            yield tx

    @contextmanager
    def _writing(
        self, who: Callable[[Session], int], presented: bytes | None, played_by: str, exercises_only: bool = False
    ) -> Iterator[Tx]:
        self._require_room()
        with faults(), Session(self.engine, expire_on_commit=False) as session:
            facts = _on_a_line_that_answers(
                session, lambda: _act_as(session, who(session), presented, exercises_only, writes=True)
            )
            if facts is None:
                raise NotSignedIn(_NO_ACCOUNT)
            if played_by == "partner":
                session.connection().execute(_AS_PARTNER)
            tx = Tx(session, facts[0], facts[1], played_by)
            with _told_as_lost(session, tx.actor, presented, exercises_only):
                yield tx
                session.flush()
                _append_and_commit(session, tx.events, tx.asked)
        for wake in tx.afterwards:
            wake()
        if tx.refusal is not None:
            raise tx.refusal

    def answers(self) -> bool:
        """Whether the database answers a question now."""
        try:
            with self.read(None):
                return True
        except Unavailable:
            return False

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@dataclass(frozen=True)
class View:
    """One read: a session, who looks (None before sign-in), and the database's time."""

    session: Session
    viewer: Actor | None
    now: datetime | None

    @property
    def me(self) -> Actor:
        """The viewer, who must be known.

        Raises:
            NotSignedIn: nobody is looking.
        """
        if self.viewer is None:
            raise NotSignedIn("Sign in first.")
        return self.viewer

    def become(self, user_id: int, *, exercises_only: bool = False) -> View:
        """The same snapshot, whose rest is this person's from now on; a disabled account sees what nobody in particular
        may see."""
        return View(self.session, *(_act_as(self.session, user_id, None, exercises_only) or (None, None)))


def _on_a_line_that_answers(session: Session, begin: Callable[[], _T]) -> _T:
    """Begin a transaction; where the pool's connection turns out to be dead, begin it once more on a new one.

    A restart of the database leaves dead connections in the pool, and the first statement on each of them finds out.
    That statement only says who looks, so nothing was done yet: people need not see it.
    """
    try:
        return begin()
    except DBAPIError as fault:
        if not fault.connection_invalidated:
            raise
    session.rollback()
    return begin()


def _look_as(
    session: Session, viewer: int | None, presented: bytes | None, exercises_only: bool
) -> tuple[Actor, datetime] | None:
    session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
    return _act_as(session, viewer, presented, exercises_only)


def _act_as(
    session: Session, user_id: int | None, presented: bytes | None, exercises_only: bool, *, writes: bool = False
) -> tuple[Actor, datetime] | None:
    act_as: str = _WRITE_AS if writes else _ACT_AS
    values: tuple[object, ...] = (user_id, exercises_only)
    if presented is not None:
        act_as, values = f"{act_as}{',' if writes else ' from'} {_PRESENT}", (*values, presented.hex())
    facts = _facts_of(session.connection(), act_as, values)
    if facts is None:
        return None
    roles = {int(operation): role for operation, role in facts["roles"].items()}
    actor = Actor(
        id=facts["id"],
        name=facts["name"],
        agency_id=facts["agency_id"],
        country=facts["country"],
        is_service=facts["is_service"],
        is_house_admin=facts["is_house_admin"],
        roles=roles,
        newcomer_in=frozenset(facts["newcomer_in"]),
    )
    return actor, datetime.fromisoformat(facts["now"])


def _facts_of(connection: Connection, act_as: str, values: tuple[object, ...]) -> dict[str, Any] | None:
    """What the database says of who acts."""
    driver: Any = connection.connection.driver_connection
    try:
        row = driver.execute(act_as, values, prepare=True).fetchone()
    except psycopg.OperationalError:
        if driver.broken:
            connection.execute(_ANSWER)  # finds the line dead, and the pool's other lines that are as old with it
        raise
    return cast("dict[str, Any] | None", row[0])


@contextmanager
def _told_as_lost(session: Session, actor: Actor, presented: bytes | None, exercises_only: bool) -> Iterator[None]:
    """Tell whoever lost a right while the write was under way, where row-level security found out before the record.

    It refuses whoever has not the right and whoever has it no longer alike. So it is asked once more who acts: if the
    answer is another one than at the beginning, that is why, and else the fault is ours.

    Raises:
        NotSignedIn: the account was disabled.
        Forbidden: a role or a voucher was lost.
    """
    try:
        yield
    except DBAPIError as fault:
        if not isinstance(fault.orig, InsufficientPrivilege):
            raise
        session.rollback()
        facts = _act_as(session, actor.id, presented, exercises_only)
        if facts is not None and facts[0] == actor:
            raise
        raise NotSignedIn(_NO_ACCOUNT) if facts is None else Forbidden(NO_ROLE) from fault


def _append_and_commit(session: Session, events: list[Event], asked: Mapping[int, Asked]) -> None:
    """Hand the events to the record and commit, sent together: the operation's head is locked while the server does
    both.

    Between two round trips it would be locked for as long as this process waits for a core, and everybody's slowest
    claim with it. A statement that fails discards what was sent behind it, here the commit (PostgreSQL's protocol:
    until the next Sync). The driver commits, because the session's commit gives the connection away; the session then
    finds its transaction ended. Operations in id order, so that two writes of two operations cannot wait for each
    other. Once a head is locked, what policy was asked is asked again (ADR 42).
    """
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    committed = False
    try:
        with driver.pipeline():
            for operation_id in sorted({event.place.operation_id for event in events}):
                rows = [_row(event) for event in events if event.place.operation_id == operation_id]
                again = _again(asked.get(operation_id))
                driver.execute(_APPEND, (operation_id, json.dumps(rows, default=_json_value), *again), prepare=True)
            try:
                driver.commit()
            except psycopg.OperationalError as cause:
                if not breaks_the_line(cause):
                    raise
                connection.invalidate()
                raise Unavailable(IN_DOUBT, reason="in_doubt") from cause
            committed = True
    except psycopg.OperationalError:
        if not committed:
            raise
        connection.invalidate()  # it is done; only the line broke behind it
    else:
        session.commit()


def _again(asked: Asked | None) -> tuple[str | None, list[str] | None, bool]:
    """What the database is to ask again once the head is locked; of no role: nothing."""
    if asked is None:
        return None, None, False
    return asked.role, None if asked.states is None else sorted(asked.states), asked.met


def _row(event: Event) -> dict[str, object]:
    return {
        "kind": event.kind,
        "lead_id": event.place.lead_id,
        "locks": event.place.locks,
        "payload": event.payload(),
    }


def _json_value(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):  # a moment is one too
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"An event holds ids, numbers, times, digests and codes, no {type(value).__name__}.")
