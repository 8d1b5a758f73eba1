"""Every route, sent what nobody should send: only an answer or a refusal comes back, never a fault of ours.

The requests are made from the OpenAPI document (operations, fields, parameters) and from the map of addresses (pages),
so that a new route is asked as well. The ids are those of real rows, so that what fits its model reaches its command.
"""

from __future__ import annotations

import ast
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.support.http_client import ORIGIN, Browser, sign_in
from tests.support.operation import TestOperation
from tests.support.sources import sources, strings
from workspace.commands.corroboration import state_corroboration
from workspace.commands.discussion import annotate_lead
from workspace.commands.jurisdiction import state_jurisdiction
from workspace.model.database import Database
from workspace.settings import Settings
from workspace.store.keys import load_or_create_master, new_wrapped_key

DEEP = 1000
LONG = "x" * 100_001
DIRECTIONS = "a\u202eb\u2066\u200f\x07\x1b\x7f\ufffe\U0001f9d2"
"""Right-to-left and other control characters, and a sign beyond the first plane: allowed, unless a command says
otherwise."""
VALUES: list[Any] = [
    "a\0b",
    "a\ud800b",
    DIRECTIONS,
    LONG,
    "",
    2**31,
    2**63,
    10**30,
    -1,
    -(2**40),
    0.5,
    1e308,
    True,
    None,
    [],
    ["a\0b", {}],
    {},
    {"a\0b": "c\ud800"},
    {DIRECTIONS: DIRECTIONS},
]
"""Put into all fields of each body."""
DATES = ["0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "-0001-01-01", "1e30"]
BODIES: list[tuple[str, bytes]] = [
    ("application/json", b""),
    ("application/json", b"null"),
    ("application/json", b'"{}"'),
    ("application/json", b"{"),
    ("application/json", b'{"\xff": 1}'),
    ("application/json", b'{"\\ud800\\u0000": 1}'),
    ("application/json", b'{"a": 1, "a": 2}'),
    ("application/json", b'{"a":' * DEEP + b"1" + b"}" * DEEP),
    ("application/json", b"{" * 1_000_000),
    ("application/x-www-form-urlencoded", b"a=1&a=%00"),
    ("multipart/form-data; boundary=x", b"--x\r\nnot a form"),
    ("text/plain; charset=nothing", b"{}"),
]
"""In place of a body: kind of content and content."""
NUMBERS = [b"NaN", b"1e400", b"9" * 5000]
"""Written into each field as they stand: what no value of Python becomes."""
PLACES = ["%00", "%ed%a0%80", "%E2%80%AE", "2147483648", "9" * 400, "-1", "%2e%2e%2f", "%0d%0aA:b"]
"""Put, as they stand, into each place of an address."""
TEXTS = [*PLACES, "%ff%fe", "%", "0", "9223372036854775808", "1e5", "NaN", "x" * 3000, "", "%5C%27%22%25_"]
"""Put, as they stand, into each parameter of a query."""


FRESH_S = 60.0
"""Before the passkey of a session counts as shown long ago."""
ONE_BYTE = {
    "GET": (None, b""),
    "DELETE": (None, b""),
    "POST": ("application/octet-stream", b"x"),
    "PUT": ("application/octet-stream", b"x"),
}


@dataclass(frozen=True)
class Operation:
    """One operation of the document: `fields` of its body by name, each with its schema; `plain` is a body that fits
    its model."""

    method: str
    path: str
    parameters: tuple[str, ...]
    content: str | None
    plain: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Attack:
    """Sends requests as people who may, and keeps what was answered with a fault of ours."""

    def __init__(self, app: Flask, database: Database, ids: dict[str, Any], people: list[int]) -> None:
        self.ids, self.faults, self.asked = ids, [], 0
        self._sign_in: Callable[[int], Browser] = lambda person: sign_in(app, database, person)
        self._known: dict[int, tuple[float, Browser]] = {}
        self.people = people
        self.browser = self._browser_of(people[0])

    def choose(self, operation: Operation) -> None:
        """Take the first of the people who may see and do it."""
        for person in self.people:
            self.browser = self._browser_of(person)
            if operation.content == "multipart/form-data":
                return
            content = json.dumps(operation.plain).encode() if operation.content else b""
            if self.send(operation, self.filled(operation.path), operation.content, content).status_code not in (
                401,
                403,
                404,
            ):
                break
        self.browser = self._browser_of(person)

    def _browser_of(self, person: int) -> Browser:
        """A browser with a session that goes on, because some routes end one, and whose passkey was shown just now."""
        since, browser = self._known.get(person, (0.0, None))
        if browser is None or monotonic() - since > FRESH_S or browser.get("/api/v1/me").status_code != 200:
            browser = self._sign_in(person)
            browser.get("/account")
            self._known[person] = monotonic(), browser
        return browser

    def filled(self, path: str, name: str = "", value: object = "") -> str:
        """The address with the ids of real rows, and with `value` at the place of that name."""
        kind = path.split("/")[3] if path.startswith("/api/") else ""
        ids = {**self.ids, "thing_id": self.ids.get(kind, self.ids["lead_id"]), **({name: value} if name else {})}
        return re.sub(r"\{(\w+)\}", lambda place: str(ids.get(place[1], "aa")), path)

    def send(
        self, operation: Operation, address: str, kind: str | None = None, content: bytes | Any = b""
    ) -> TestResponse:
        """Send as our own pages do, and look at what comes back."""
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN, "X-CSRF-Token": self.browser.csrf or ""}
        answer = self.browser.client.open(
            address, base_url=ORIGIN, method=operation.method, data=content, content_type=kind, headers=headers
        )
        self.asked += 1
        if not _is_answer_or_refusal(address, answer):
            self.faults.append(
                f"{operation} {answer.status_code}: {address[:100]!r} {content[:80] if content else ''!r}"
            )
        return answer


def _is_answer_or_refusal(address: str, answer: TestResponse) -> bool:
    if answer.status_code < 400:
        return True
    if answer.status_code >= 500:
        return False
    if not address.startswith("/api/"):
        return answer.mimetype == "text/html"
    error = answer.get_json(silent=True)
    return isinstance(error, dict) and set(error["error"]) == {"code", "message", "facts"} and len(answer.data) < 20_000


@pytest.fixture(scope="module")
def attack(app: Flask, database: Database, workers_database: Database, web_settings: Settings) -> Iterator[Attack]:
    operation = TestOperation(workers_database, countries=("EC", "PE", "BR"))
    key = new_wrapped_key(load_or_create_master(web_settings.key_file), str(operation.id))
    operation.change("update operation set wrapped_key = :key where id = :op", key=key, op=operation.id)
    people = [
        operation.person("EC", "country_lead"),
        operation.person("EC", "operation_lead"),
        operation.person("BR", "liaison"),
    ]
    people.append(operation.person("EC", "observer"))
    operation.change("update app_user set is_house_admin = true where id = :id", id=people[0])
    ids = _rows(operation, database)
    propagated = app.config["PROPAGATE_EXCEPTIONS"]
    app.config["PROPAGATE_EXCEPTIONS"] = False  # a fault is a line of a list here
    yield Attack(app, database, ids, people)
    app.config["PROPAGATE_EXCEPTIONS"] = propagated


STATED = {
    "assessments": "insert into assessment (operation_id, lead_id, locks, examiner_id, agency_id, country, claim_token, opinion, "
    "reason) select :op, id, locks, :who, :from, 'EC', 1, 1, 'ears' from lead where id = :lead returning id",
    "access-requests": "insert into access_grant (operation_id, compartment_id, agency_id, lead_id, reason, asked_by) "
    "values (:op, :lock, :to, :lead, 'because', :who) returning id",
    "ledger": "insert into ledger_entry (operation_id, number, kind, locks, agency_id) "
    "select :op, next_number(:op, 'ledger'), 'victim', locks, :to from lead where id = :lead returning id",
    "outcomes": "insert into outcome (operation_id, ledger_id, lead_id, referral_id, locks, stage, stated_by_agency_id, "
    "authority_reference, stated_on, recorded_by) select :op, :ledger, id, :referral, locks, 'V1', :to, 'x', "
    "'2026-01-01', :who "
    "from lead where id = :lead returning id",
    "editions": "insert into edition (operation_id, number, kind, drawn_up_by) "
    "values (:op, next_number(:op, 'edition'), 'interim', :who) returning id",
}
"""What else an address can be about, by the part of the address before its id."""


def _rows(operation: TestOperation, database: Database) -> dict[str, Any]:
    """The ids of one row of each kind, by the name of their place in an address or by the part of the address before
    it."""
    lead, author = operation.lead(), operation.person("EC", "country_lead")
    ids: dict[str, Any] = {
        "operation_id": operation.id,
        "lead_id": lead,
        "number": 1,
        "agency_id": operation.agencies["EC"],
    }
    ids["user_id"] = operation.person("EC", "analyst", 9)
    with database.write(author) as tx:
        ids["annotations"] = annotate_lead(tx, lead, face_id=None, box=None, note="a note")
    with database.write(author) as tx:
        ids["jurisdiction"] = state_jurisdiction(
            tx, lead, country="EC", ground="nationality", competence="evidence", basis="a document"
        )
    with database.write(author) as tx:
        ids["corroboration"] = state_corroboration(
            tx, lead, type="place", reference="a document", dated_on=date(2026, 1, 1)
        )
    with operation.owner.begin() as rows:
        found = rows.execute(
            text(
                "select face_id, media_item_id, exhibit_id, compartment_id from lead_evidence where lead_id = :lead "
                "and side = 1"
            ),
            {"lead": lead},
        ).one()
        ids |= {
            "faces": found.face_id,
            "face_id": found.face_id,
            "items": found.media_item_id,
            "item_id": found.media_item_id,
        }
        ids["exhibit_id"] = found.exhibit_id
        here = {"op": operation.id, "lead": lead, "lock": found.compartment_id, "who": author}
        ids["series_id"] = rows.execute(
            text(
                "insert into series (operation_id, compartment_id, number, label, was_prepared) "
                "values (:op, :lock, next_number(:op, 'series'), 'A', true) returning id"
            ),
            here,
        ).scalar_one()
        here |= {"from": operation.agencies["EC"], "to": operation.agencies["BR"]}
        ids["referrals"] = ids["referral_id"] = rows.execute(
            text(
                "insert into referral (operation_id, number, lead_id, locks, from_agency_id, to_agency_id, "
                "from_country, "
                "to_country, competence, corroboration, message, state, sent_at, due_at, drafted_by) "
                "select :op, next_number(:op, 'referral'), id, locks, :from, :to, 'EC', 'BR', 'protection', '[]', '', "
                "'accepted', "
                "now(), now() + interval '1 day', :who from lead where id = :lead returning id"
            ),
            here,
        ).scalar_one()
        here["referral"] = ids["referral_id"]
        for name, statement in STATED.items():
            ids[name] = here[name] = rows.execute(text(statement), here).scalar_one()
        ids["edition_id"] = ids["editions"]
    return ids


def _operations(document: dict[str, Any]) -> list[Operation]:
    schemas = document["components"]["schemas"]
    found = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            content = operation.get("requestBody", {}).get("content", {})
            kind = next(iter(content), None)
            schema = _resolved(content[kind]["schema"], schemas) if kind else {}
            plain = {name: _plain(schema["properties"][name], schemas) for name in schema.get("properties", {})}
            names = tuple(each["name"] for each in operation.get("parameters", []) if each["in"] == "query")
            found.append(Operation(method.upper(), path, names, kind, plain))
    return found


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    return schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def _plain(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """A value that fits this schema."""
    schema = _resolved(schema, schemas)
    if "anyOf" in schema:
        return _plain(schema["anyOf"][0], schemas)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        return {name: _plain(each, schemas) for name, each in schema.get("properties", {}).items()}
    if "prefixItems" in schema:
        return [_plain(each, schemas) for each in schema["prefixItems"]]
    if schema.get("type") == "array":
        return [_plain(schema["items"], schemas)]
    by_format = {
        "date": "2026-01-01",
        "date-time": "2026-01-01T00:00:00Z",
        "uuid": "00000000-0000-0000-0000-000000000001",
    }
    by_pattern = {r"^[A-Z]{2}$": "EC", r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$": "en", "^[0-9a-f]{64}$": "0" * 64}
    if schema.get("type") == "string":
        return by_format.get(schema.get("format", ""), by_pattern.get(schema.get("pattern", ""), "x"))
    return {"integer": schema.get("minimum", 1), "number": 0.5, "boolean": False}.get(schema.get("type", ""), {})


def _everywhere(known: Any, value: Any) -> Any:
    """The body with the value in place of all that its fields hold: each of them is checked, because all faults are
    named."""
    if isinstance(known, dict):
        return {
            name: value if not isinstance(each, dict) or not each else _everywhere(each, value)
            for name, each in known.items()
        }
    return value


def _one_by_one(known: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The body with something odd, but of the right kind, in each of its fields in turn: it may reach the command."""
    for name, each in known.items():
        if isinstance(each, dict):
            odd: list[Any] = [*_one_by_one(each), {DIRECTIONS: DIRECTIONS}]
        elif isinstance(each, bool):
            odd = [not each]
        elif isinstance(each, int | float):
            odd = [0, 2**31 - 1, 2**31, 2**63 - 1]
        elif isinstance(each, list):
            odd = [[DIRECTIONS], [""], []]
        else:
            odd = DATES if re.match(r"\d{4}-", each) else [DIRECTIONS, "", " ", "9" * 30]
        yield from ({**known, name: value} for value in odd)


@pytest.fixture(scope="module")
def operations(attack: Attack) -> list[Operation]:
    """Every operation of the document."""
    return _operations(attack.browser.get("/api/v1/openapi.json").json)


def asked_in_all(attack: Attack) -> int:
    """How much was asked since the last time; fails with every fault that was met."""
    asked, faults = attack.asked, attack.faults
    attack.asked, attack.faults = 0, []
    assert faults == []
    return asked


def test_no_body_is_answered_with_a_fault_of_ours(attack: Attack, operations: list[Operation]) -> None:
    for operation in operations:
        if operation.content != "application/json":
            continue
        attack.choose(operation)
        address = attack.filled(operation.path)
        for kind, content in BODIES:
            attack.send(operation, address, kind, content)
        for value in VALUES:
            body = _everywhere(operation.plain, value)
            attack.send(operation, address, "application/json", json.dumps(body).encode())
        for number in NUMBERS:
            body = _everywhere(operation.plain, "@")
            attack.send(operation, address, "application/json", json.dumps(body).encode().replace(b'"@"', number))
        for body in _one_by_one(operation.plain):
            attack.send(operation, address, "application/json", json.dumps(body).encode())

    assert asked_in_all(attack) > 1500


def test_no_query_is_answered_with_a_fault_of_ours(attack: Attack, operations: list[Operation]) -> None:
    for operation in operations:
        if operation.parameters:
            attack.choose(operation)
        for name in operation.parameters:
            for value in TEXTS:
                attack.send(operation, f"{attack.filled(operation.path)}?{name}={value}", *ONE_BYTE[operation.method])

    assert asked_in_all(attack) > 100


def test_no_query_of_a_page_is_answered_with_a_fault_of_ours(attack: Attack, app: Flask) -> None:
    attack.choose(Operation("GET", "/operations/{operation_id}/board", (), None, {}))
    for page in _pages(app):
        for name in page.parameters:
            for value in TEXTS:
                attack.send(page, f"{attack.filled(page.path)}?{name}={value}")

    assert asked_in_all(attack) > 100


def test_no_address_is_answered_with_a_fault_of_ours(attack: Attack, app: Flask, operations: list[Operation]) -> None:
    attack.choose(Operation("GET", "/operations/{operation_id}/board", (), None, {}))
    for operation in (*operations, *_pages(app)):
        for name in re.findall(r"\{(\w+)\}", operation.path):
            for value in PLACES:
                attack.send(operation, attack.filled(operation.path, name, value))

    assert asked_in_all(attack) > 500


def test_no_form_is_answered_with_a_fault_of_ours(attack: Attack, operations: list[Operation]) -> None:
    for operation in operations:
        if operation.content != "multipart/form-data":
            continue
        attack.choose(operation)
        for kind, content in BODIES:
            attack.send(operation, attack.filled(operation.path), kind, content)
        for name in operation.plain:
            for value in (
                "a\0b",
                DIRECTIONS,
                LONG,
                "",
                "[" * DEEP,
                "9" * 5000,
                "NaN",
                "1e400",
                '{"a": "\\ud800"}',
                b"\xff\x00",
            ):
                form = {"country": "EC", "name": "n", "legal_source": "law", name: value}
                form["file"] = (io.BytesIO(value if isinstance(value, bytes) else value.encode()), "a\u202e.csv")
                attack.send(operation, attack.filled(operation.path), "multipart/form-data", form)

    assert asked_in_all(attack) > 50


@pytest.mark.parametrize(
    "header", ["Cookie", "Authorization", "Accept-Language", "X-CSRF-Token", "Host", "Origin", "Content-Length"]
)
def test_no_header_is_answered_with_a_fault_of_ours(attack: Attack, header: str) -> None:
    sent = [
        "\x00",
        "__Host-concord=\x00",
        "Bearer \xff",
        "Bearer concord_\x00",
        "xx;q=nan,*;q=1e999",
        "[",
        "-1",
        "9" * 30,
        "http://[",
    ]
    for value in sent:
        environ = {
            "CONTENT_LENGTH" if header == "Content-Length" else f"HTTP_{header.upper().replace('-', '_')}": value
        }
        for path in ("/api/v1/me", "/account"):
            answer = attack.browser.client.open(path, base_url=ORIGIN, method="PATCH", environ_overrides=environ)
            assert _is_answer_or_refusal(path, answer), (path, value, answer.status_code)


def _pages(app: Flask) -> list[Operation]:
    """Every page with the parameters that its module reads."""
    read: dict[str, set[str]] = {}
    for source in sources("workspace/web/pages"):
        for call in source.calls:
            if ast.unparse(call.func) == "request.args.get":
                read.setdefault(source.path.rsplit("/", 1)[1], set()).update(list(strings(call))[:1])
    found = []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/") and "GET" in (rule.methods or ()):
            module = app.view_functions[rule.endpoint].__module__.rsplit(".", 1)[1] + ".py"
            path = re.sub(r"<(?:[^:<>]*:)?(\w+)>", r"{\1}", rule.rule)
            found.append(Operation("GET", path, tuple(sorted(read.get(module, ()))), None, {}))
    return found
