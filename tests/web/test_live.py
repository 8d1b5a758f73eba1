"""The live board over real sockets and two web processes: nothing lost, nothing doubled, nothing to whoever may not
look."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import urlopen
from uuid import UUID

import pytest
import socketio
from socketio.exceptions import ConnectionError as Refused
from sqlalchemy import text
from websocket import create_connection

from partners.line import Sockets
from tests.support.operation import Side, TestOperation
from tests.support.servers import Web, environment, web_processes
from tests.support.waiting import LIMIT_S, until, until_somebody_waits
from workspace.commands import exercise
from workspace.commands.claims import claim_lead
from workspace.commands.closing import follow_closing
from workspace.commands.discussion import comment_on_lead, note_presence
from workspace.commands.exhibits import close_exhibit
from workspace.commands.identity import start_session
from workspace.commands.people import ensure_service_users
from workspace.model import ExhibitChange, LeadEvidence
from workspace.model.database import Database
from workspace.queries.board import board_changes
from workspace.web.answers import adapter
from workspace.web.context import COOKIE
from workspace.web.live import ANSWER_EVERY_S, LOOK_AGAIN_S, MOST_SOCKETS, STALE_S
from workspace.web.socket_messages import BoardMessage, PresenceMessage, SocketJson

pytestmark = pytest.mark.distributed


@pytest.fixture(scope="module")
def webs(servers: Any, workers_database: Database) -> Iterator[list[Web]]:
    ensure_service_users(workers_database)
    base = environment(servers.urls, servers.redis_url, servers.media_url, servers.home)
    with web_processes(2, base, is_forked=True) as found:
        yield found


SOCKETS = Sockets()


@pytest.fixture(autouse=True)
def shut() -> Iterator[None]:
    """Those that the server ended: what collects them later would be another test's fault."""
    yield
    SOCKETS.shut()


def read(kind: type, message: dict[str, Any]) -> dict[str, Any]:
    """A message, which has exactly the fields of its dataclass."""
    adapter(kind).validate_json(json.dumps(message), strict=True, extra="forbid")
    return message


class Screen:
    """A socket of a signed-in person, with what it was sent."""

    def __init__(self, web: Web, database: Database, person: int, operation: int | str, **headers: str) -> None:
        with database.write(person) as tx:
            secret = start_session(tx, how="passkey")
        self.changes: list[dict[str, Any]] = []
        self.presence: list[dict[str, Any]] = []
        self.signed_out = False
        extra = {"suppress_origin": True, "class_": SOCKETS} | (
            {"host": headers.pop("Host")} if "Host" in headers else {}
        )
        self.client = socketio.Client(reconnection=False, request_timeout=LIMIT_S, websocket_extra_options=extra)
        self.client.on("changes", lambda message: self.changes.append(read(BoardMessage, message)))
        self.client.on("presence", lambda message: self.presence.append(read(PresenceMessage, message)))
        self.client.on("signed_out", self._sign_out)
        sent = {"Cookie": f"{COOKIE}={secret}", "Origin": web.url, **headers}
        url = f"{web.url}?operation={quote(str(operation))}"
        self.client.connect(url, headers=sent, transports=["websocket"], wait_timeout=LIMIT_S)

    def _sign_out(self, _message: object) -> None:
        self.signed_out = True

    def cards(self) -> dict[str, dict[str, Any]]:
        return {card["id"]: card for message in self.changes for card in message["cards"]}


def test_a_claim_in_one_process_is_on_the_screens_of_another(
    webs: list[Web], operation: TestOperation, database: Database
) -> None:
    lead, here, there = operation.lead(), operation.person("EC"), operation.person("PE")
    screen = Screen(webs[1], database, there, operation.id)

    with database.write(here) as tx:
        claim_lead(tx, lead)
    until(lambda: str(lead) in screen.cards())

    card = screen.cards()[str(lead)]
    assert (card["column"], card["holder"]["name"], card["band"]) == ("claimed", "EC · specialist 1", None)
    screen.client.disconnect()


def test_messages_follow_each_other_without_gap_and_end_in_a_fresh_snapshot(
    webs: list[Web], operation: TestOperation, database: Database
) -> None:
    leads = [operation.lead() for _ in range(12)]
    screens = [
        Screen(web, database, operation.person("PE", "specialist", n), operation.id) for n, web in enumerate(webs)
    ]

    for lead in leads:
        with database.write(operation.person("EC")) as tx:
            claim_lead(tx, lead)
    for screen in screens:
        until(lambda screen=screen: [card["column"] for card in screen.cards().values()] == ["claimed"] * len(leads))

    with database.read(operation.person("PE")) as view:
        cards = board_changes(view.session, operation.id).cards
    fresh = {card["id"]: card for card in json.loads(SocketJson.dumps(cards))}
    for screen in screens:
        assert screen.cards() == fresh
        for before, after in zip(screen.changes, screen.changes[1:], strict=False):
            assert after["after"] == before["seq"]
        screen.client.disconnect()


def test_a_band_whose_record_had_to_wait_is_not_sent_once_the_lead_was_claimed(
    webs: list[Web], operation: TestOperation, database: Database
) -> None:
    lead, here, there = operation.lead(), operation.person("EC"), operation.person("PE")
    screen = Screen(webs[0], database, there, operation.id)

    with operation.workers.engine.begin() as other:
        other.execute(
            text("lock table sight in share row exclusive mode")
        )  # the record of sights waits, the claim does not
        with database.write(here) as tx:
            comment_on_lead(tx, lead, body="Look at the ear.", language="en")
        until_somebody_waits(operation, "sight")
        with database.write(here) as tx:
            claim_lead(tx, lead)
        time.sleep(2 * STALE_S)  # so long that the cards are stale
    until(lambda: str(lead) in screen.cards())

    bands = [card["band"] for message in screen.changes for card in message["cards"] if card["id"] == str(lead)]
    assert set(bands) == {None}
    screen.client.disconnect()


def test_an_operation_whose_answer_fails_holds_up_no_other_and_is_answered_later(
    webs: list[Web], operation: TestOperation, database: Database
) -> None:
    other = TestOperation(operation.workers)  # the later one, whose turn comes behind the first
    broken, whole = operation.lead(), other.lead()
    screens = [Screen(webs[0], database, each.person("PE"), each.id) for each in (operation, other)]

    with _sights_that_fail(operation):
        with database.write(operation.person("EC")) as tx:
            comment_on_lead(tx, broken, body="Look at the ear.", language="en")
        time.sleep(2 * ANSWER_EVERY_S)  # its answer has been tried; either order must do
        with database.write(other.person("EC")) as tx:
            claim_lead(tx, whole)
        until(lambda: str(whole) in screens[1].cards())
        assert not screens[0].cards()

    until(lambda: str(broken) in screens[0].cards())
    for screen in screens:
        screen.client.disconnect()


@contextmanager
def _sights_that_fail(operation: TestOperation) -> Iterator[None]:
    """The bands of this operation cannot be recorded for a while, and so not be shown."""
    operation.change(
        f"""create function no_sights() returns trigger language plpgsql as
            'begin if new.operation_id = {operation.id} then raise exception ''broken''; end if; return new; end';
            create trigger no_sights before insert on sight for each row execute function no_sights()"""
    )
    try:
        yield
    finally:
        operation.change("drop function no_sights() cascade")


def test_a_lead_that_is_hidden_from_somebody_never_reaches_his_socket(
    webs: list[Web], operation: TestOperation, database: Database
) -> None:
    hidden = operation.lead(Side("EC", "agency"), Side("PE", "agency"))
    shown = operation.lead()
    operation.grant("PE", to="EC")
    screen = Screen(webs[0], database, operation.person("CL"), operation.id)

    with database.write(operation.person("EC")) as tx:
        claim_lead(tx, hidden)
    with database.write(operation.person("EC")) as tx:
        claim_lead(tx, shown)
    until(lambda: str(shown) in screen.cards())

    assert str(hidden) not in screen.cards()
    screen.client.disconnect()


def test_a_side_that_its_owner_closed_goes_from_the_cards_of_others_at_once(
    webs: list[Web], operation: TestOperation, database: Database
) -> None:
    lead, other = operation.lead(), operation.person("PE")
    with operation.workers.read(operation.service_id) as view:
        side = view.session.query(LeadEvidence).filter_by(lead_id=lead, side=1).one()
        exhibit, medium = side.exhibit_id, side.media_item_id
    assert exhibit is not None
    operation.change(
        "insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes) "
        "select operation_id, compartment_id, :exhibit, id, 'a.jpg', 1 from media_item where id = :medium",
        exhibit=exhibit,
        medium=medium,
    )
    screens = [
        Screen(web, database, person, operation.id)
        for web, person in zip(webs, (operation.person("EC"), other), strict=True)
    ]
    with database.write(operation.person("EC", "country_lead")) as tx:
        close_exhibit(tx, exhibit, ground="court", reason="the court ordered it")
    with operation.workers.read(operation.service_id) as view:
        change = view.session.query(ExhibitChange.id).filter_by(exhibit_id=exhibit).scalar()
    assert change is not None
    with operation.workers.write(operation.service_id) as tx:
        follow_closing(tx, change)
    until(lambda: _countries(screens[1], lead) == [None, "PE"])
    until(lambda: _countries(screens[0], lead) == ["EC", "PE"])
    for screen in screens:
        screen.client.disconnect()


def _countries(screen: Screen, lead: UUID) -> list[str | None]:
    """The countries on the sides of a card as it was sent last; None for a closed side."""
    card = screen.cards().get(str(lead), {"sides": []})
    return [side["country"] for side in sorted(card["sides"], key=lambda side: side["side"])]


def test_presence_is_told_to_whoever_may_see_the_lead(
    webs: list[Web], operation: TestOperation, database: Database
) -> None:
    lead = operation.lead(Side("EC", "agency"), Side("PE", "agency"))
    sees = Screen(webs[0], database, operation.person("EC"), operation.id)
    blind = Screen(webs[1], database, operation.person("CL"), operation.id)

    with database.write(operation.person("PE")) as tx:
        note_presence(tx, lead, mode="viewing")
    until(lambda: any(str(lead) in message["leads"] for message in sees.presence))

    assert not any(str(lead) in message["leads"] for message in blind.presence)
    sees.client.disconnect()
    blind.client.disconnect()


def test_an_ended_session_closes_its_socket_within_two_seconds(
    webs: list[Web], operation: TestOperation, database: Database
) -> None:
    person = operation.person("EC", "specialist", 7)
    screen = Screen(webs[0], database, person, operation.id)

    operation.change("update session set ended_at = now() where user_id = :id", id=person)

    until(lambda: not screen.client.connected)
    assert LOOK_AGAIN_S <= 1  # and so within two seconds, which a busy machine would measure wrongly


def test_a_line_that_the_director_cuts_takes_no_socket_until_it_is_back_and_loses_nothing(
    webs: list[Web], operation: TestOperation, database: Database, workers_database: Database
) -> None:
    with workers_database.write(operation.service_id) as tx:
        exercise.begin_exercise(tx, operation.id, seed=1, scenario="lantern", partners=[])
    here, there, lead = operation.person("PE"), operation.person("EC"), operation.lead()
    screen = Screen(webs[0], database, here, operation.id)
    with database.write(operation.person("EC", "director")) as tx:
        injection = exercise.inject(tx, operation.id, kind="line_cut")

    with workers_database.write(operation.service_id) as tx:
        exercise.land_injection(tx, injection)
    until(lambda: not screen.client.connected)
    with database.write(there) as tx:
        claim_lead(tx, lead)
    with pytest.raises(Refused):
        Screen(webs[1], database, here, operation.id)
    assert not screen.signed_out

    operation.change("update exercise set line_cut_until = now() where operation_id = :id", id=operation.id)
    back = Screen(webs[1], database, here, operation.id)
    with database.read(here) as view:
        cards = board_changes(view.session, operation.id).cards
    assert [(card.id, card.column) for card in cards] == [(lead, "claimed")]
    assert back.client.connected
    back.client.disconnect()


def test_both_ends_agree_to_notice_a_silent_line_within_three_seconds(webs: list[Web]) -> None:
    with closing(create_connection(f"ws{webs[0].url[4:]}/socket.io/?EIO=4&transport=websocket")) as line:
        handshake = json.loads(line.recv()[1:])

    assert handshake["pingInterval"] + handshake["pingTimeout"] <= 3000


def test_an_answer_about_a_socket_carries_the_headers_of_all_answers_and_polling_is_none(webs: list[Web]) -> None:
    with pytest.raises(HTTPError) as polling:
        urlopen(f"{webs[0].url}/socket.io/?EIO=4&transport=polling")
    polling.value.close()
    with urlopen(f"{webs[0].url}/health") as answer:
        usual = dict(answer.headers)

    told = dict(polling.value.headers)
    assert polling.value.code == 400
    missing = [name for name, value in usual.items() if "-" in name and told.get(name) != value]
    assert set(missing) <= {"Content-Type", "Content-Length"}
    assert {"Content-Security-Policy", "X-Content-Type-Options", "Cache-Control"} <= set(told)


def test_a_person_holds_a_bounded_number_of_sockets(
    webs: list[Web], operation: TestOperation, database: Database
) -> None:
    person = operation.person("EC")
    screens = [Screen(webs[0], database, person, operation.id) for _ in range(MOST_SOCKETS)]
    with pytest.raises(Refused):
        Screen(webs[0], database, person, operation.id)
    Screen(webs[0], database, operation.person("PE"), operation.id).client.disconnect()
    for screen in screens:
        screen.client.disconnect()


@pytest.mark.parametrize("number", [0, 2**31, 10**30, "9" * 5000, "²", "१"])
def test_a_socket_to_an_operation_that_cannot_be_is_refused(
    webs: list[Web], operation: TestOperation, database: Database, number: int | str
) -> None:
    with pytest.raises(Refused):
        Screen(webs[0], database, operation.person("EC"), number)


def test_a_socket_without_session_membership_or_from_elsewhere_is_refused(
    webs: list[Web], operation: TestOperation, database: Database
) -> None:
    stranger = socketio.Client(reconnection=False, websocket_extra_options={"suppress_origin": True, "class_": SOCKETS})
    with pytest.raises(Refused):
        stranger.connect(
            f"{webs[0].url}?operation={operation.id}", headers={"Origin": webs[0].url}, transports=["websocket"]
        )

    with pytest.raises(Refused):
        Screen(webs[0], database, operation.outsider(), operation.id)
    with pytest.raises(Refused):
        Screen(webs[0], database, operation.person("EC"), operation.id, Origin="http://elsewhere.example")
    with pytest.raises(Refused):  # a page of another name that leads to our address
        Screen(
            webs[0],
            database,
            operation.person("EC"),
            operation.id,
            Origin="http://elsewhere.example",
            Host="elsewhere.example",
        )


def test_an_answer_does_not_wait_for_an_acknowledgement_on_a_line_that_is_kept_alive(webs: list[Web]) -> None:
    line = HTTPConnection(urlsplit(webs[0].url).netloc)
    took = []
    for _ in range(15):
        began = time.monotonic()
        line.request("GET", "/health")
        line.getresponse().read()
        took.append(time.monotonic() - began)
    line.close()

    # A body that waits behind its head waits for the delayed acknowledgement each time, which is 40 ms on Linux.
    assert min(took) < 0.03
