"""How long everybody else waits while one request runs on a real web process: `/health`, a comment, the board's first
cards, and a change that comes over a socket.

For the test of this promise and for `benchmarks/stalls.py`, which plays the same requests in their largest sizes.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import brotli  # type: ignore[import-untyped]  # it has no types
import websocket
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.long_lists import lay_lists
from tests.support.operation import TestOperation
from tests.support.waiting import LIMIT_S, until
from workspace.commands.claims import claim_lead, release_lead
from workspace.commands.editions import draw_up_edition
from workspace.commands.identity import create_token, start_session
from workspace.model.database import Database
from workspace.web.context import COOKIE

PAUSE_S = 0.02
BOUNDARY = "stalls-boundary-7f3a"
_EVENTS = text("select append_events(:op, (select jsonb_agg(jsonb_build_object('kind', 'media:viewed', 'lead_id', null, "
               "'locks', jsonb_build_array(), 'payload', jsonb_build_object('subject', gen_random_uuid()))) "
               "from generate_series(1, :n)))")  # fmt: skip
_REFUSED = text("""
insert into received_file (operation_id, compartment_id, exhibit_id, path, size_bytes, refusal)
select x.operation_id, x.compartment_id, x.id, 'DCIM/folder/file number ' || n, 1000, 'kind_not_supported'
from (select * from exhibit where operation_id = :op order by label limit 1) x, generate_series(1, :n) n""")
_OWN_EXHIBIT = text("select id from exhibit where operation_id = :op and country = 'EC' order by label limit 1")
_STEPS = text("select append_events(:op, (select jsonb_agg(jsonb_build_object('kind', 'exhibit:check_asked', 'lead_id', null, "
              "'locks', jsonb_build_array((select compartment_id from exhibit where id = cast(:exhibit as uuid))), "
              "'payload', jsonb_build_object('exhibit', cast(:exhibit as text)))) from generate_series(1, :n)))")  # fmt: skip
"""Steps of an exhibit's custody, a few less than a paper holds: as many as hundreds of people's looks on ten days."""


@dataclass
class Waits:
    """The longest answer of each kind since the last look, in seconds."""

    longest: dict[str, float] = field(default_factory=dict)
    held: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, took_s: float) -> None:
        with self.held:
            self.longest[what] = max(self.longest.get(what, 0.0), took_s)

    def taken(self) -> dict[str, float]:
        """What was noted, which begins anew."""
        with self.held:
            found, self.longest = self.longest, {}
        return found


class Asker:
    """A person with a token or a session; each request has a line of its own."""

    def __init__(self, url: str, token: str, session: str = "") -> None:
        self._place = urlsplit(url).netloc
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        if session:
            self._headers = {"Cookie": f"{COOKIE}={session}", "Sec-Fetch-Site": "same-origin"}
        self._headers["Accept-Encoding"] = "br"

    def ask(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> tuple[int, bytes]:
        headers = {**self._headers, **({"Content-Type": kind} if body is not None else {})}
        with contextlib.closing(HTTPConnection(self._place, timeout=300)) as line:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            content = answer.read()
        is_packed = answer.headers.get("Content-Encoding") == "br"
        return answer.status, brotli.decompress(content) if is_packed else content

    def read(self, path: str) -> Any:
        status, answer = self.ask("GET", path)
        assert status == 200, (path, status, answer[:300])
        return json.loads(answer)


@dataclass
class Scene:
    """An operation in use on one web process, with who asks for what is large, and who does their work meanwhile."""

    url: str
    app: Database
    operation: TestOperation
    lead: UUID
    tokens: dict[str, str]
    observers_session: str
    exhibit: UUID

    def asker(self, role: str) -> Asker:
        return Asker(self.url, self.tokens[role])

    def observer(self) -> Asker:
        """The observer as in a browser: a token exports no record."""
        return Asker(self.url, "", self.observers_session)

    @property
    def api(self) -> str:
        return f"/api/v1/operations/{self.operation.id}"


def make_scene(
    url: str,
    app: Database,
    workers: Database,
    *,
    leads: int,
    events: int,
    refused: int,
    wrapped_key: Callable[[int], bytes],
) -> Scene:
    """An operation of this size. wrapped_key: makes the key of an operation's media."""
    operation = TestOperation(workers)
    operation.change(
        "update operation set wrapped_key = :key where id = :id", key=wrapped_key(operation.id), id=operation.id
    )
    lead = operation.lead()
    operation.copy_lead(lead, leads)
    with Session(workers.engine) as session:
        session.execute(text("select set_config('app.user_id', :id, true)"), {"id": str(operation.service_id)})
        for start in range(0, events, 2000):
            session.execute(_EVENTS, {"op": operation.id, "n": min(2000, events - start)})
        session.execute(_REFUSED, {"op": operation.id, "n": refused})
        exhibit = session.execute(_OWN_EXHIBIT, {"op": operation.id}).scalar_one()
        for start in range(0, events // 20 - 10, 2000):
            session.execute(
                _STEPS, {"op": operation.id, "exhibit": str(exhibit), "n": min(2000, events // 20 - 10 - start)}
            )
        session.commit()
    lay_lists(operation, lead)
    tokens = {}
    for role in ("analyst", "specialist", "operation_lead"):
        with app.write(operation.person("EC", role)) as tx:
            tokens[role] = create_token(tx, label="stalls", scopes=["read", "write", "intake"], days=1)
    with app.write(operation.person("EC", "observer")) as tx:
        observers_session = start_session(tx, how="passkey")
    return Scene(url, app, operation, lead, tokens, observers_session, exhibit)


@contextlib.contextmanager
def others_at_work(scene: Scene) -> Iterator[Waits]:
    """People who go on working until the block ends; how long each of them waited."""
    waits, is_over = Waits(), threading.Event()
    jobs = [
        _every("health", waits, is_over, 0.0, Asker(scene.url, ""), lambda asker: asker.ask("GET", "/health")),
        _every("comment", waits, is_over, 0.1, scene.asker("specialist"), lambda asker: _comment(asker, scene.lead)),
        _every("board", waits, is_over, 0.3, scene.asker("analyst"), lambda asker: _board(asker, scene)),
        threading.Thread(target=_socket, args=(scene, waits, is_over)),
    ]
    for job in jobs:
        job.start()
    try:
        until(lambda: len(waits.longest) == len(jobs))  # the first of each opens lines and fills caches
        waits.taken()
        yield waits
    finally:
        is_over.set()
        for job in jobs:
            job.join(30)


def _every(
    what: str,
    waits: Waits,
    is_over: threading.Event,
    pause_s: float,
    asker: Asker,
    ask: Callable[[Asker], tuple[int, bytes]],
) -> threading.Thread:
    def go_on() -> None:
        while not is_over.wait(PAUSE_S + pause_s):
            began = time.perf_counter()
            status, answer = ask(asker)
            waits.note(what, time.perf_counter() - began)
            assert status == 200, (what, status, answer[:300])

    return threading.Thread(target=go_on)


def _comment(asker: Asker, lead: UUID) -> tuple[int, bytes]:
    return asker.ask("POST", f"/api/v1/leads/{lead}/comments", json.dumps({"body": "seen"}).encode())


def _board(asker: Asker, scene: Scene) -> tuple[int, bytes]:
    return asker.ask("GET", f"{scene.api}/board?first=60")


def _socket(scene: Scene, waits: Waits, is_over: threading.Event) -> None:
    """A screen that hears of a claim: from its commit until the message is there."""
    person = scene.operation.person("PE", "specialist")
    other = scene.operation.lead()
    with scene.app.write(person) as tx:
        cookie = f"{COOKIE}={start_session(tx, how='passkey')}"
    heard, joined = threading.Event(), threading.Event()
    listener = threading.Thread(target=_listen, args=(scene, cookie, str(other), heard, joined, is_over))
    listener.start()
    joined.wait(LIMIT_S)
    while not is_over.is_set():
        heard.clear()
        with scene.app.write(person) as tx:
            token = claim_lead(tx, other)
        began = time.perf_counter()
        if heard.wait(LIMIT_S):
            waits.note("socket", time.perf_counter() - began)
        with scene.app.write(person) as tx:
            release_lead(tx, other, token=token)
        is_over.wait(0.3)
    listener.join(LIMIT_S)


def _listen(
    scene: Scene,
    cookie: str,
    lead: str,
    heard: threading.Event,
    joined: threading.Event,
    is_over: threading.Event,
) -> None:
    """Answer pings at once, say when a lead has changed, and come back when the line is lost, as a screen does."""
    address = f"{scene.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket&operation={scene.operation.id}"
    while not is_over.is_set():
        try:
            line = websocket.create_connection(address, cookie=cookie, origin=scene.url, timeout=1)
        except (websocket.WebSocketException, OSError):
            continue
        with contextlib.closing(line):
            _hear(line, lead, heard, joined, is_over)


def _hear(
    line: websocket.WebSocket, lead: str, heard: threading.Event, joined: threading.Event, is_over: threading.Event
) -> None:
    while not is_over.is_set():
        try:
            message = line.recv()
        except websocket.WebSocketTimeoutException:
            continue
        except (websocket.WebSocketException, OSError):
            return
        word = message if isinstance(message, str) else message.decode()
        if word.startswith("0"):
            line.send("40")
        elif word == "2":
            line.send("3")
        elif word.startswith("40"):
            joined.set()
        elif word.startswith("42") and lead in word:
            heard.set()


# --- Requests ---------------------------------------------------------------------------------------------------------


def upload(file: bytes, photos: Sequence[tuple[str, bytes]] = (), **fields: str) -> bytes:
    """A register as one form."""
    facts = {"country": "EC", "legal_source": "a law", "name": f"R {secrets.token_hex(4)}", **fields}
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in facts.items()]
    for name, path, content in [("file", "register.csv", file), *(("photos", path, photo) for path, photo in photos)]:
        head = f'name="{name}"; filename="{quote(path)}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        parts.append(head.encode() + content)
    edge = f"--{BOUNDARY}".encode()
    return (
        b"".join(edge + b"\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + edge + b"--\r\n"
    )


def send_register(scene: Scene, body: bytes) -> str:
    """Send it; returns where the web process says how far the workers are with it."""
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    status, answer = scene.asker("analyst").ask("POST", f"{scene.api}/registers", body, kind)
    assert status == 202, (status, answer[:300])
    return f"/api/v1/imports/{json.loads(answer)['id']}"


def have_register_read(scene: Scene, body: bytes) -> Mapping[str, Any]:
    """Send it and wait until it has been read."""
    asker, path = scene.asker("analyst"), send_register(scene, body)
    while (found := asker.read(path))["is_under_way"]:
        time.sleep(0.3)
    return dict(found)


def registers(rows: int) -> dict[str, bytes]:
    """Register files of so many rows, by what is special about each."""
    head = b"number,label,sex,date_of_birth,nationality,missing_since,place\n"
    return {
        "register, good": head + b"".join(b"N-%d,Label,F,2010-01-01,EC,2020-02-02,Quito\n" % n for n in range(rows)),
        "register, equal numbers": b"number\n" + b"N-1\n" * (rows * 5 // 2),
        "register, faulty rows": head
        + b"".join(b"N-%d,Label,Q,soon,Ecuador,later,Quito\n" % n for n in range(rows * 3 // 2)),
        "register, JSON": json.dumps(
            [{"number": f"N-{n}", "label": "Label", "sex": "F"} for n in range(rows * 3 // 4)]
        ).encode(),
    }


def send_and_cancel_register(scene: Scene, body: bytes) -> None:
    """Send it and give it up: of one agency, few may wait for the workers."""
    path = send_register(scene, body)
    status, answer = scene.asker("analyst").ask("POST", f"{path}/cancel", b"{}")
    assert status == 200, (status, answer[:300])


def print_custody_log(scene: Scene) -> None:
    """As somebody who has just shown a passkey: a token prints none."""
    with scene.app.write(scene.operation.person("EC", "analyst")) as tx:
        asker = Asker(scene.url, "", start_session(tx, how="passkey"))
    _reading(asker, f"/api/v1/exhibits/{scene.exhibit}/custody.pdf")()


def _uploads(file_bytes: int, rows: int) -> dict[str, bytes]:
    """Forms with a register, by what is special about each."""
    photos = [(f"p{n}.bin", bytes(file_bytes // 8)) for n in range(8)]
    forms = {name: upload(content) for name, content in registers(rows).items()}
    return forms | {"register, large photos": upload(b"number,photos\nN-1,p1.bin\n", photos)}


def _reading(asker: Asker, path: str) -> Callable[[], object]:
    def ask() -> None:
        status, answer = asker.ask("GET", path)
        assert status == 200, (path, status, answer[:300])

    return ask


def web_requests(scene: Scene, *, file_bytes: int, rows: int) -> dict[str, Callable[[], object]]:
    """Every kind of request that can be large, by its name; no worker has to run. rows: of a register."""
    observer, leader, analyst = scene.observer(), scene.asker("operation_lead"), scene.asker("analyst")
    with scene.app.write(scene.operation.person("EC", "liaison")) as tx:
        liaison = Asker(scene.url, "", start_session(tx, how="passkey"))

    def deep() -> None:
        status, _ = analyst.ask("POST", f"/api/v1/leads/{scene.lead}/comments", b'{"a":[' + b"[]," * 340_000 + b"[]]}")
        assert status == 422

    def put() -> None:
        facts = {
            "country": "EC",
            "label": f"D {secrets.token_hex(3)}",
            "kind": "phone",
            "case_reference": "c",
            "custodian": "c",
        }
        status, answer = analyst.ask("POST", f"{scene.api}/exhibits", json.dumps(facts).encode())
        assert status == 201, answer
        path = f"/api/v1/exhibits/{json.loads(answer)['id']}/files?path=a.bin"
        status, answer = analyst.ask("PUT", path, bytes(file_bytes), "application/octet-stream")
        assert status == 201, answer

    forms = _uploads(file_bytes, rows)
    found: dict[str, Callable[[], object]] = {
        name: partial(send_and_cancel_register, scene, form) for name, form in forms.items()
    }
    return found | {
        "file of an exhibit": put,
        "largest JSON": deep,
        "whole record": _reading(observer, f"{scene.api}/record.jsonl"),
        "record with heads": _reading(observer, f"{scene.api}/record.zip"),
        "page of the record": _reading(observer, f"{scene.api}/record"),
        "refused files": _reading(analyst, f"{scene.api}/intake/refused.csv"),
        "intake report": _reading(analyst, f"{scene.api}/intake"),
        "board": _reading(analyst, f"{scene.api}/board"),
        "part of a board": _reading(analyst, f"{scene.api}/board/part"),
        "board, all changed": _reading(analyst, f"{scene.api}/board/changes?after=1"),
        "custody log on paper": partial(print_custody_log, scene),
        "register reports": _reading(analyst, f"{scene.api}/imports"),
        "every referral": _reading(liaison, f"/operations/{scene.operation.id}/referrals?all=outbox"),
        "every referral, API": _reading(liaison, f"{scene.api}/referrals"),
        "whole ledger": _reading(liaison, f"/operations/{scene.operation.id}/referrals?all=ledger"),
        "lead with many comments": _reading(analyst, f"/api/v1/leads/{scene.lead}"),
        "members": _reading(leader, f"{scene.api}/members"),
        "document of the API": _reading(leader, "/api/v1/openapi.json"),
    }


def requests(scene: Scene, *, file_bytes: int, rows: int) -> dict[str, Callable[[], object]]:
    """The same, each until the workers are done with it, and what they draw up."""
    leader = scene.asker("operation_lead")

    def edition() -> None:
        with scene.app.write(scene.operation.person("EC", "operation_lead")) as tx:
            made = draw_up_edition(tx, scene.operation.id, kind="interim")
        while not next(each for each in leader.read(f"{scene.api}/editions")["editions"] if each["id"] == str(made))[
            "as_of"
        ]:
            time.sleep(0.3)
        for form in ("pdf", "csv", "json"):
            _reading(leader, f"/api/v1/editions/{made}.{form}")()

    read = {name: partial(have_register_read, scene, form) for name, form in _uploads(file_bytes, rows).items()}
    return web_requests(scene, file_bytes=file_bytes, rows=rows) | read | {"edition and its files": edition}


def measured(scene: Scene, waits: Waits, ask: Callable[[], object]) -> dict[str, float]:
    """The longest wait of each of the others while this is asked, in milliseconds; and the longest turn."""
    waits.taken()
    turn = longest_turn(scene, ask)
    return {**{what: round(took * 1000, 1) for what, took in waits.taken().items()}, "turn": turn}


def longest_turn(scene: Scene, ask: Callable[[], object]) -> float:
    """The longest turn of the web process while this is asked, in milliseconds of the processor (`watched_web.py`),
    which says the same on a busy machine."""
    watch = Asker(scene.url, "")
    watch.ask("GET", "/longest-turn")
    ask()
    time.sleep(0.3)  # the socket's message of the last moment
    turn, place = json.loads(watch.ask("GET", "/longest-turn")[1])
    if place:
        print(f"{turn} ms: {place}"[:300])
    return float(turn)
