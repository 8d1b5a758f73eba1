"""The OpenAPI document, held against the routes: every operation says what it answers. That it says the truth is
checked by the HTTP client of all tests (tests/support/http_client.py), which reads each answer by the type of its
route."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from flask import Flask, Response
from pydantic import ValidationError

from tests.support.http_client import Browser, require_documented
from workspace.web.answers import Answer, File, Nothing, answer_of
from workspace.web.document import BARE
from workspace.web.typescript import FILE, typescript


@pytest.fixture
def described(stranger: Browser) -> dict[str, Any]:
    """The document."""
    found: dict[str, Any] = stranger.get("/api/v1/openapi.json").json
    return found


def operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation with its name, such as `get /api/v1/me`."""
    for path, item in described["paths"].items():
        for method, operation in item.items():
            yield f"{method} {path}", operation


def test_every_operation_says_what_it_answers(described: dict[str, Any]) -> None:
    silent = [
        name
        for name, operation in operations(described)
        if not any(
            answer.get("content") or answer.get("headers") or (status == "204" and answer["description"] == BARE)
            for status, answer in operation["responses"].items()
            if status.startswith("2")
        )
    ]

    assert len(list(operations(described))) > 90
    assert silent == []


def test_every_schema_that_is_named_is_there_and_has_the_name_of_one_dataclass(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    named = set(re.findall(r"#/components/schemas/([^\"']+)", str(described)))

    assert named <= set(schemas)
    assert [
        name for name in schemas if not re.fullmatch(r"[A-Z][A-Za-z]+", name)
    ] == []  # two of one name would get long names


def test_every_field_of_an_answer_is_always_there(described: dict[str, Any]) -> None:
    """A dataclass sends its defaults too."""
    bodies = {name for name in described["components"]["schemas"] if name.endswith(("Body", "Form", "Fields"))}

    wrong = {
        name: sorted(set(schema["properties"]) - set(schema.get("required", [])))
        for name, schema in described["components"]["schemas"].items()
        if name not in bodies and set(schema.get("properties", {})) - set(schema.get("required", []))
    }

    assert wrong == {}


def test_typescript_knows_the_answers_as_they_are() -> None:
    assert FILE.read_text(encoding="utf-8") == typescript(), (
        "Run make format: the front end's types follow from the dataclasses."
    )


@dataclass(frozen=True)
class Weighed:
    """An answer with all that JSON does not know by itself."""

    id: UUID
    at: datetime
    day: date
    codes: frozenset[str]
    ids: tuple[int, ...]
    part: Weighed | None = None


def weigh() -> Weighed: ...  # type: ignore[empty-body]  # only its type is read
def weigh_many() -> tuple[list[Weighed], Literal[200, 201]]: ...  # type: ignore[empty-body]
def do() -> None: ...
def fetch() -> Annotated[Response, File("text/csv")]: ...  # type: ignore[empty-body]
def keep_quiet() -> dict[str, Any]: ...  # type: ignore[empty-body]
def keep_quiet_by_hand() -> tuple[Response, int]: ...  # type: ignore[empty-body]


def test_a_routes_type_says_what_it_answers() -> None:
    assert answer_of(weigh) == Answer((200,), Weighed)
    assert answer_of(weigh_many) == Answer((200, 201), list[Weighed])
    assert answer_of(do) == Answer((200,), Nothing)
    assert answer_of(fetch) == Answer((200,), File("text/csv"))
    assert answer_of(keep_quiet) is None
    assert answer_of(keep_quiet_by_hand) is None


WEIGHED = Weighed(UUID(int=1), datetime(2030, 1, 2, 3, tzinfo=UTC), date(2030, 1, 2), frozenset("ba"), (3, 1))


def answered(app: Flask, answer: object) -> Any:
    """The JSON of what a route returned."""
    with app.test_request_context():
        return app.make_response(answer).json  # type: ignore[arg-type]  # what the application takes beyond Flask


def test_a_dataclass_becomes_json(app: Flask) -> None:
    inner = {
        "id": str(UUID(int=1)),
        "at": "2030-01-02T03:00:00+00:00",
        "day": "2030-01-02",
        "codes": ["a", "b"],
        "ids": [3, 1],
    }

    assert answered(app, WEIGHED) == {**inner, "part": None}
    assert answered(app, [Weighed(WEIGHED.id, WEIGHED.at, WEIGHED.day, WEIGHED.codes, WEIGHED.ids, part=WEIGHED)]) == [
        {**inner, "part": {**inner, "part": None}}
    ]
    assert answered(app, None) == {}
    assert answered(app, (WEIGHED, 201)) == {**inner, "part": None}


def test_the_tests_own_client_notices_an_answer_that_its_route_does_not_say(app: Flask, stranger: Browser) -> None:
    view = app.view_functions["api_identity.sign_in_options"]
    answer = stranger.post("/api/v1/sign-in/options")

    try:
        app.view_functions["api_identity.sign_in_options"] = weigh
        with pytest.raises(ValidationError):
            require_documented(app, answer)
    finally:
        app.view_functions["api_identity.sign_in_options"] = view
