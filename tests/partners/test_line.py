"""The partners' line: what it brings is not asked for, and without it everything is."""

from __future__ import annotations

import re
import socket
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha1
from typing import Any

import pytest
from websocket import WebSocket

from partners.client import Client
from partners.line import Line
from partners.play import Players, by_link
from partners.week import Board, Seat, Week, open_week
from tests.partners.conftest import ShortWeek
from tests.support.waiting import LIMIT_S, until
from workspace.commands.claims import claim_lead
from workspace.model.database import Database
from workspace.store import exercise_secret


class CountingClient(Client):
    """A seat's session that counts what it asks."""

    asked = 0

    def get(self, path: str) -> Any:
        self.asked += 1
        return super().get(path)


@pytest.fixture
def client(week: ShortWeek) -> Iterator[CountingClient]:
    user = week.operation.person("EC")
    week.begin(user)
    found = CountingClient(week.web.url, lambda: exercise_secret.link_path(week.home, user, played_by="partner"))
    yield found
    found.close()


@pytest.fixture
def line(week: ShortWeek) -> Iterator[Line]:
    found = Line(week.web.url, week.operation.id)
    yield found
    found.close()


def claim(week: ShortWeek, lead: Any, database: Database, country: str = "PE") -> None:
    with database.write(week.operation.person(country)) as tx:
        claim_lead(tx, lead)


def test_what_the_line_brings_is_not_asked_for(
    week: ShortWeek, client: CountingClient, line: Line, database: Database
) -> None:
    lead, board = week.lead(), Board(week.operation.id, line)
    until(lambda: line.open(client.cookie, board.take))
    board.refresh(client)

    claim(week, lead, database)
    until(lambda: board.cards[str(lead)]["holder"] is not None)

    assert board.refresh(client)[str(lead)]["holder"]["country"] == "PE"
    assert client.asked == 1


def test_a_board_that_the_line_does_not_feed_is_asked_for_once_something_has_happened(
    week: ShortWeek, client: CountingClient, line: Line, database: Database
) -> None:
    lead, board = week.lead(), Board(week.operation.id, line)
    until(lambda: line.open(client.cookie, lambda _message: None))
    board.refresh(client)
    board.refresh(client)
    assert client.asked == 1

    claim(week, lead, database)
    until(lambda: line.seq > board.seq)

    assert board.refresh(client)[str(lead)]["holder"]["country"] == "PE"
    assert client.asked == 2


def test_a_line_that_is_cut_is_tried_again_later_and_meanwhile_everything_is_asked(
    week: ShortWeek, client: CountingClient, line: Line, database: Database
) -> None:
    lead, board = week.lead(), Board(week.operation.id, line)
    until(lambda: line.open(client.cookie, board.take))
    board.refresh(client)

    cut = "update exercise set line_cut_until = now() + interval '1 minute' where operation_id = :id"
    week.operation.change(cut, id=week.operation.id)
    until(lambda: not line.is_open)
    assert line.is_due
    assert not line.open(client.cookie, board.take)
    assert not line.is_due
    claim(week, lead, database)
    assert board.refresh(client)[str(lead)]["holder"]["country"] == "PE"
    assert client.asked == 2

    week.operation.change("update exercise set line_cut_until = now() where operation_id = :id", id=week.operation.id)
    until(lambda: line.is_due)
    until(lambda: line.open(client.cookie, board.take))
    board.refresh(client)
    assert client.asked == 3


def test_a_line_that_breaks_before_the_server_has_said_anything_leaves_no_socket_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(LIMIT_S)

        def greet_and_end() -> None:
            there = server.accept()[0]
            with there:
                key = re.search(rb"Sec-WebSocket-Key: (\S+)", there.recv(65536))
                assert key is not None
                accepted = b64encode(sha1(key[1] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
                there.sendall(
                    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    b"Sec-WebSocket-Accept: " + accepted + b"\r\n\r\n\x88\x00"
                )

        made: list[WebSocket] = []

        def make(**options: Any) -> WebSocket:
            made.append(WebSocket(**options))
            return made[-1]

        monkeypatch.setattr("partners.line.WebSocket", make)
        with ThreadPoolExecutor(1) as pool:
            greeting = pool.submit(greet_and_end)
            line = Line(f"http://127.0.0.1:{server.getsockname()[1]}", 1)
            assert not line.open("concord=none", lambda _message: None)
            greeting.result()

    assert [each.sock and each.sock.fileno() for each in made] in ([None], [-1])


def test_who_finds_nothing_to_do_is_not_asked_again_before_something_has_happened(
    week: ShortWeek, database: Database
) -> None:
    week.begin(week.operation.person("EC"))
    lead, asked = week.lead(), []

    def nothing(seat: Seat, _week: Week) -> None:
        asked.append(seat.member.user_id)

    workers, service = week.operation.workers, week.operation.service_id
    line = Line(week.web.url, week.operation.id)
    players = Players(
        open_week(workers, service, week.operation.id, in_time_lapse=True),
        {"specialist": nothing},
        by_link(week.web.url, week.home),
        line,
    )
    looks: list[int] = []

    def has_been_quiet() -> bool:
        looks.append(len(asked))
        return len(looks) > 6 and line.is_open and len(set(looks[-4:])) == 1 and looks[-1] > 0

    week.play(has_been_quiet, players=players, closing=False)
    before = len(asked)
    claim(week, lead, database)
    week.play(lambda: len(asked) > before, players=players)
