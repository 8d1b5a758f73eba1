"""The live board: a wake-up from the database, one answer for each group of people with the same keys.

Each web process LISTENs. At a wake-up it opens one snapshot, groups the people connected to it by what they may open,
asks the board's query once per group as one of them, and sends the changed cards to the group's own rooms. Sockets
accept no writes: who is connected, and to which operation, was decided by the session and the membership at the
handshake, and is checked again every second; then also whose line the director of an exercise has cut. The only emit of
the project stands here.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
from flask import Flask, request
from flask_socketio import SocketIO
from gevent.event import Event
from gevent.socket import wait_read
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from workspace.commands.shown import note_bands
from workspace.errors import NotFound, WorkspaceError
from workspace.model.database import Database, View
from workspace.queries.board import board_changes
from workspace.queries.identity import Bearer
from workspace.queries.presence import who_is_looking
from workspace.settings import Settings, driver_url
from workspace.web.context import housekeeping_id
from workspace.web.security import answer_headers, origin
from workspace.web.shown import show
from workspace.web.socket_messages import BoardMessage, PresenceMessage, SocketJson

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

ANSWER_EVERY_S = 0.1
"""At most one answer per operation in this time (docs/field.md, «Screens»)."""
GATHER_S = 0.005
"""Wake-ups that come within this time after the first are answered together with it."""
LOOK_AGAIN_S = 1.0
"""How often sessions behind open sockets are checked: revocation closes a socket within 2 s (docs/field.md,
Screens)."""
PRESENCE_EVERY_S = 1.0
STALE_S = 0.25
"""If it took longer than this to record who is shown which bands, the cards are read again before they are sent."""
ShownBands = tuple[list[int], list[UUID]]
"""The people of one group, and the leads whose bands their message shows."""
CHANNELS = ("concord", "concord_presence")
OF_THE_DATABASE = (DBAPIError, psycopg.Error)
"""Faults that are no refusal of ours, such as a server that can only be read for a while. The two loops go on after
them."""


Message = tuple[list[str], BoardMessage]
"""The rooms of one group, and what is sent to them."""


@dataclass(frozen=True)
class Guest:
    """One open socket: who, in which operation, by which session."""

    user_id: int
    operation_id: int
    session_id: bytes

    @property
    def room(self) -> str:
        """The room of one person in one operation; the server alone chooses rooms."""
        return f"u:{self.operation_id}:{self.user_id}"


MOST_SOCKETS = 40
"""Of one person in one process: a socket is an open tab."""


class Live:
    """The sockets of this process and the wake-ups that it answers to them."""

    def __init__(self, database: Database, identify: Callable[[], Bearer | None]) -> None:
        """identify: who comes with the current request, or None; serve.py gives it."""
        self.database = database
        self.identify = identify
        self.io = SocketIO(
            async_mode="gevent",
            json=SocketJson,
            # A half-open line is noticed by both ends within three seconds (docs/field.md, Screens).
            ping_interval=1.0,
            ping_timeout=2.0,
            cors_allowed_origins=[],
            manage_session=False,
            # A socket is what the cookie of its own handshake opened. Polling would believe whoever knows a socket's
            # number.
            transports=["websocket"],
            max_http_buffer_size=4096,
            logger=False,
            engineio_logger=False,
        )
        self.guests: dict[str, Guest] = {}
        self.answered: dict[int, int] = {}
        self.changed: set[int] = set()
        """Operations whose change no answer has told yet."""
        self.presence_changed: set[int] = set()
        """Operations of which no answer has told yet who is looking now."""
        self.host: str | None = None
        """What the Host header of a handshake must be; None behind a proxy, which may write its own."""
        self.woken = Event()
        """Set when something is added to the two sets above: the loop that answers sleeps until then."""

    def start(self, app: Flask) -> SocketIO:
        """Attach to the application and start the three loops of this process.

        A handshake from another page than one of the configured address is refused, whatever its Host header says.
        """
        settings: Settings = app.extensions["concord.settings"]
        self.io.init_app(app, cors_allowed_origins=[origin(settings)])
        app.wsgi_app = _dressed(app.wsgi_app, answer_headers(settings))  # type: ignore[method-assign, assignment]
        self.host = None if settings.trusted_proxies else urlsplit(origin(settings)).netloc
        self.io.on_event("connect", self._connect)
        self.io.on_event("disconnect", self._disconnect)
        for loop in (self._listen, self._answer_wake_ups, self._look_again):
            self.io.start_background_task(loop)
        return self.io

    def _connect(self, _auth: object = None) -> bool:
        """Let a signed-in member of the operation in; the answer to anybody else is a refused handshake."""
        operation = request.args.get("operation", "")
        if self.host is not None and request.host != self.host:
            return False
        try:
            who = self.identify()
            if who is None or not operation.isdecimal():
                return False
            with self.database.read(who.person.id, exercises_only=who.exercises_only) as view:
                board_head = view.session.execute(
                    text("select last_seq from chain where operation_id = :id and :id = any (my_operations())"),
                    {"id": int(operation)},
                ).scalar_one_or_none()
                is_cut = bool(_lines_cut(view.session, {int(operation)})) if board_head is not None else False
        except (WorkspaceError, *OF_THE_DATABASE):
            return False  # asked again by the page, after a while that grows
        if board_head is None or is_cut:
            return False
        if sum(guest.user_id == who.person.id for guest in self.guests.values()) >= MOST_SOCKETS:
            return False
        guest = Guest(who.person.id, int(operation), who.id)
        self.guests[_sid()] = guest
        self.io.server.enter_room(_sid(), guest.room)
        self.answered.setdefault(guest.operation_id, board_head)
        self.presence_changed.add(guest.operation_id)
        self.woken.set()
        return True

    def _disconnect(self, _reason: object = None) -> None:
        self.guests.pop(_sid(), None)

    # --- Wake-ups -----------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        """Take the database's wake-ups for ever; after a lost connection every operation is answered once, so that
        nothing is missed."""
        while True:
            try:
                with psycopg.connect(driver_url(self.database.url), autocommit=True) as connection:
                    for channel in CHANNELS:
                        connection.execute(f"listen {channel}")
                    self.changed.update(guest.operation_id for guest in self.guests.values())
                    self.woken.set()
                    while True:
                        for wake_up in connection.notifies(timeout=0):
                            self._take_wake_up(wake_up.channel, wake_up.payload)
                        # psycopg's own waiting looks ten times a second whether somebody pressed Ctrl-C; this sleeps.
                        wait_read(connection.fileno())
            except psycopg.OperationalError:
                log.warning("The connection that brings wake-ups from the database is down; trying again.")
                self.io.sleep(1.0)

    def _take_wake_up(self, channel: str, payload: str) -> None:
        operation = int(payload.partition(":")[0])
        (self.changed if channel == "concord" else self.presence_changed).add(operation)
        self.woken.set()

    def _answer_wake_ups(self) -> None:
        last_presence = 0.0
        while True:
            self._sleep_until_woken(last_presence)
            waiting, self.changed = self.changed, set()
            told: set[int] = set()
            try:
                for operation_id in waiting:
                    self._tell_changes(operation_id)
                if self.presence_changed and time.monotonic() - last_presence >= PRESENCE_EVERY_S:
                    told, self.presence_changed = self.presence_changed, set()
                    last_presence = time.monotonic()
                    for operation_id in told:
                        self._tell_presence(operation_id)
            except (WorkspaceError, *OF_THE_DATABASE) as refusal:
                # The database is away, most likely: its wake-ups are kept and are answered when it is back.
                log.warning("A wake-up could not be answered: %s", refusal)
                self.changed |= waiting
                self.presence_changed |= told
                self.io.sleep(1.0)
            if waiting:
                self.io.sleep(ANSWER_EVERY_S)

    def _sleep_until_woken(self, last_presence: float) -> None:
        """Sleep while there is nothing to answer; wake at the latest when presence may be told again."""
        if not self.changed:
            turn = last_presence + PRESENCE_EVERY_S - time.monotonic()
            self.woken.wait(max(turn, 0) if self.presence_changed else None)
        self.woken.clear()
        self.io.sleep(GATHER_S)

    def _tell_changes(self, operation_id: int) -> None:
        """Answer one operation's wake-up: one snapshot, one query per group, one message per group."""
        if not self._rooms(operation_id):
            self.answered.pop(operation_id, None)
            return
        after = self.answered.get(operation_id, 0)
        messages = show(
            lambda: self._changes(operation_id, after),
            lambda bands: self._note(operation_id, bands),
            fresh_for_s=STALE_S,
        )
        for to, message in messages:
            self.io.emit("changes", message, to=to)
        # Only when every group has its answer: a wake-up whose answer failed half-way is answered whole again.
        self.answered[operation_id] = max([after, *(message.seq for _, message in messages)])

    def _changes(self, operation_id: int, after: int) -> tuple[list[Message], list[ShownBands]]:
        """The message for each group about what changed after an event, and which people are shown which bands."""
        rooms = self._rooms(operation_id)
        messages: list[Message] = []
        bands: list[ShownBands] = []
        with self._groups(operation_id, list(rooms)) as (view, groups):
            for keys, members in groups.items():
                session = view.become(members[0]).session
                try:
                    board = board_changes(session, operation_id, after=after, keys=keys)
                except NotFound:
                    continue
                message = BoardMessage(operation=operation_id, **vars(board) | {"after": after})
                messages.append(([rooms[member] for member in members], message))
                leads = [card.id for card in board.cards if card.band is not None]
                if leads:
                    bands.append((members, leads))
        return messages, bands

    def _tell_presence(self, operation_id: int) -> None:
        rooms = self._rooms(operation_id)
        if not rooms:
            return
        with self._groups(operation_id, list(rooms)) as (view, groups):
            for members in groups.values():
                session = view.become(members[0]).session
                leads = {str(each.lead): each.people for each in who_is_looking(session, operation_id)}
                message = PresenceMessage(operation_id, leads)
                self.io.emit("presence", message, to=[rooms[member] for member in members])

    @contextmanager
    def _groups(self, operation_id: int, users: list[int]) -> Iterator[tuple[View, dict[str, list[int]]]]:
        """Group people by the digest of what they may open, in the snapshot that gives the answers: a key gained in
        between can't leak."""
        with self.database.read(None) as view:
            people = view.session.execute(
                text("select user_id, digest from keys_digests(:operation, :users)"),
                {"operation": operation_id, "users": users},
            ).all()
            groups: dict[str, list[int]] = {}
            for user_id, digest in people:
                groups.setdefault(digest, []).append(user_id)
            yield view, groups

    def _rooms(self, operation_id: int) -> dict[int, str]:
        return {guest.user_id: guest.room for guest in self.guests.values() if guest.operation_id == operation_id}

    def _note(self, operation_id: int, bands: list[ShownBands]) -> None:
        with self.database.write(self._writer_id) as tx:
            for users, leads in bands:
                note_bands(tx, operation_id, users=users, leads=leads)

    @cached_property
    def _writer_id(self) -> int:
        return housekeeping_id(self.database)

    # --- Sessions that end --------------------------------------------------------------------------------------------

    def _look_again(self) -> None:
        """Close every socket whose session has ended, within two seconds; also whoever left the operation, or has its
        line cut."""
        while True:
            self.io.sleep(LOOK_AGAIN_S)
            if not self.guests:
                continue
            try:
                gone, cut = self._gone()
            except (WorkspaceError, *OF_THE_DATABASE) as refusal:
                log.warning("It could not be seen whose session has ended: %s", refusal)
                continue
            for sid in gone:
                self.io.emit("signed_out", {}, to=sid)
            for sid in (*gone, *cut):
                self.guests.pop(sid, None)
                self.io.server.disconnect(sid, namespace="/")

    def _gone(self) -> tuple[list[str], list[str]]:
        """The sockets that may stay no longer, and those of the others whose line is cut, which come back by
        themselves."""
        guests = dict(self.guests)
        with self.database.read(None) as view:
            ids = list({guest.session_id for guest in guests.values()})
            alive = {
                bytes(row) for row in view.session.execute(text("select live_sessions(:ids)"), {"ids": ids}).scalars()
            }
            members = set()
            operations = {guest.operation_id for guest in guests.values()}
            without_line = _lines_cut(view.session, operations)
            for operation_id in operations:
                users = list({guest.user_id for guest in guests.values() if guest.operation_id == operation_id})
                rows = view.session.execute(
                    text("select user_id from keys_digests(:operation, :users)"),
                    {"operation": operation_id, "users": users},
                ).scalars()
                members |= {(operation_id, user_id) for user_id in rows}
        gone = [
            sid
            for sid, guest in guests.items()
            if guest.session_id not in alive
            or (guest.operation_id, guest.user_id) not in members
            # A connection that broke during its handshake has left its guest in the table.
            or not self.io.server.manager.is_connected(sid, "/")
        ]
        return gone, [sid for sid, guest in guests.items() if guest.operation_id in without_line and sid not in gone]


def _lines_cut(session: Session, operations: set[int]) -> set[int]:
    """Which of these operations are without live updates now, because the director of an exercise has cut the line."""
    return set(session.execute(text("select lines_cut(:operations)"), {"operations": list(operations)}).scalars())


def _sid() -> str:
    sid: str = request.sid  # type: ignore[attr-defined]  # Flask-SocketIO adds it
    return sid


def _dressed(app: WSGIApplication, headers: Mapping[str, str]) -> WSGIApplication:
    """The application, whose answers about sockets carry these headers: Socket.IO gives them before Flask is asked."""

    def dressed(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith("/socket.io"):
            return app(environ, start_response)

        def start(status: str, given: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
            own = {name.lower() for name in headers}
            return start_response(
                status, [each for each in given if each[0].lower() not in own] + [*headers.items()], *more
            )

        return app(environ, cast("StartResponse", start))

    return dressed
