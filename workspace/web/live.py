"""The live board: a wake-up from the database, one answer for each group of people with the same keys.

Each web process LISTENs. At a wake-up it opens one snapshot, groups the people connected to it by what they may open,
asks the board's query once per group as one of them, and sends the changed cards to the group's own rooms. Sockets
accept no writes: who is connected, and to which operation, was decided by the session and the membership at the
handshake, and is checked again every second; then also whose line the director of an exercise has cut. The only emit of
the project stands here.
"""

from __future__ import annotations

import logging
import re
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
from gevent.socket import wait_read
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from workspace.commands.shown import note_bands
from workspace.errors import NotFound, WorkspaceError
from workspace.model.database import Database, View
from workspace.model.setbacks import Setbacks
from workspace.queries.board import board_changes
from workspace.queries.identity import Bearer
from workspace.queries.presence import who_is_looking
from workspace.settings import Settings, driver_url
from workspace.web.context import housekeeping_id
from workspace.web.security import answer_headers, origin
from workspace.web.shown import show
from workspace.web.socket_messages import BoardMessage, PresenceMessage, SocketJson
from workspace.web.wake_ups import WakeUps

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
"""Faults that are no refusal of ours, such as a server that can only be read for a while."""


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


_NUMBER = re.compile("[0-9]{1,10}")
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
        self.changes = WakeUps(log, "changes", self._tell_changes, every_s=ANSWER_EVERY_S, gather_s=GATHER_S)
        self.presence = WakeUps(log, "presence", self._tell_presence, every_s=PRESENCE_EVERY_S, gather_s=GATHER_S)
        self.looks = Setbacks(log, most_s=1.0)
        """Of the two loops."""
        self.host: str | None = None
        """What the Host header of a handshake must be; None behind a proxy, which may write its own."""

    def start(self, app: Flask) -> SocketIO:
        """Attach to the application and start the two loops of this process.

        A handshake from another page than one of the configured address is refused, whatever its Host header says.
        """
        settings: Settings = app.extensions["concord.settings"]
        self.io.init_app(app, cors_allowed_origins=[origin(settings)])
        app.wsgi_app = _dressed(app.wsgi_app, answer_headers(settings))  # type: ignore[method-assign, assignment]
        self.host = None if settings.trusted_proxies else urlsplit(origin(settings)).netloc
        self.io.on_event("connect", self._connect)
        self.io.on_event("disconnect", self._disconnect)
        for loop in (self._listen, self._look_again):
            self.io.start_background_task(loop)
        app.extensions.setdefault("concord.troubles", []).append(self.troubles)
        return self.io

    def troubles(self) -> list[str]:
        """What `/health` says of live updates: that somebody waits for them longer than he should."""
        late = len(self.changes.setbacks) + len(self.presence.setbacks) + len(self.looks)
        return ["live_updates_late"] if late else []

    def _connect(self, _auth: object = None) -> bool:
        """Let a signed-in member of the operation in; the answer to anybody else is a refused handshake."""
        operation = request.args.get("operation", "")
        if self.host is not None and request.host != self.host:
            return False
        try:
            who = self.identify()
            if who is None or not _NUMBER.fullmatch(operation):
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
        self.presence.want(guest.operation_id)
        return True

    def _disconnect(self, _reason: object = None) -> None:
        self.guests.pop(_sid(), None)

    # --- Wake-ups -----------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        """Take the database's wake-ups for ever; after a lost connection every operation is answered once, so that
        nothing is missed."""
        item = "The connection that brings wake-ups from the database"
        while True:
            connection = None
            with self.looks.trying(item):
                connection = self._listening()
            if connection is not None:
                with self.looks.trying(item), connection:
                    self._take_wake_ups(connection)
            self.io.sleep(1.0)

    def _listening(self) -> psycopg.Connection:
        """A connection that listens from now on, for which every operation is answered once."""
        connection = psycopg.connect(driver_url(self.database.url), autocommit=True)
        for channel in CHANNELS:
            connection.execute(f"listen {channel}")
        for wake_ups in (self.changes, self.presence):
            wake_ups.hurry()  # what could not be answered could not, most likely, because the database was away
        for operation_id in {guest.operation_id for guest in self.guests.values()}:
            self.changes.want(operation_id)
        return connection

    def _take_wake_ups(self, connection: psycopg.Connection) -> None:
        """Take wake-ups until the connection breaks. Raises: what broke it."""
        while True:
            for wake_up in connection.notifies(timeout=0):
                self._take_wake_up(wake_up.channel, wake_up.payload)
            # psycopg's own waiting looks ten times a second whether somebody pressed Ctrl-C; this sleeps.
            wait_read(connection.fileno())

    def _take_wake_up(self, channel: str, payload: str) -> None:
        operation = payload.partition(":")[0]
        if not _NUMBER.fullmatch(operation):
            log.warning("A wake-up on %s names no operation.", channel)
            return
        (self.changes if channel == "concord" else self.presence).want(int(operation))

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
            with self.looks.trying("Looking whose session has ended"):
                gone, cut = self._gone()
                for sid in (*gone, *cut):
                    self._close(sid, is_over=sid in gone)

    def _close(self, sid: str, *, is_over: bool) -> None:
        """Close a socket; whatever its line does, nothing more is sent for it, and the others are closed too."""
        self.guests.pop(sid, None)
        with self.looks.trying("Closing a socket"):
            if is_over:
                self.io.emit("signed_out", {}, to=sid)
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
