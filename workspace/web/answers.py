"""What goes out: the return type of a route says what it answers, once, for the JSON, for mypy and for the OpenAPI
document.

    def lead_page(path: LeadPath) -> LeadPage:                                  200 and a frozen dataclass
    def members(path: OperationPath) -> list[Member]:                           200 and a list of them
    def release_lead(path: LeadPath, body: TokenBody) -> None:                  200 and an empty object
    def receive_exhibit(…) -> tuple[ReceivedExhibit, Literal[201]]:             another status
    def sign_in(body: CredentialBody) -> Annotated[Response, SignedIn]:         a response made by hand, with this
    inside
    def get_csv(path: EditionPath) -> Annotated[Response, File("text/csv")]:    a file
    def throw_upload_away(path: UploadPath) -> Annotated[Response, Bare(204)]:  headers alone

A dictionary or a bare Response says nothing and is refused by tests/web/test_openapi.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from flask import Response, request
from flask.json.provider import DefaultJSONProvider
from pydantic import TypeAdapter

from workspace.web.paced import paced_json
from workspace.web.request import parse_json


class Json(DefaultJSONProvider):
    """JSON of the API: times as ISO 8601 with their offset, ids as text, sets in order, fields in the order of their
    dataclass."""

    sort_keys = False

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """Parse what comes in, within bounds. Raises: see `parse_json`."""
        return parse_json(s)

    def paced(self, value: object) -> Response:
        """What a route answers; a long one is written piece by piece."""
        return Response(f"{paced_json(value, self._compact)}\n", mimetype=self.mimetype)

    def _compact(self, value: object) -> str:
        return self.dumps(value, separators=(",", ":"))

    @staticmethod
    def default(value: object) -> object:
        """What the standard encoder does not know."""
        if is_dataclass(value) and not isinstance(value, type):
            return {name: getattr(value, name) for name in _names(type(value))}
        if isinstance(value, datetime | date):
            return value.isoformat()
        if isinstance(value, set | frozenset):
            return sorted(value)
        return DefaultJSONProvider.default(value)


@cache
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))


@dataclass(frozen=True)
class Nothing:
    """An empty object: it was done, and there is nothing to say."""


@dataclass(frozen=True)
class File:
    """A file of this media type, such as text/csv."""

    media_type: str


@dataclass(frozen=True)
class Bare:
    """No body, by this status: these headers say it, as a protocol of others has it."""

    status: int
    headers: tuple[str, ...] = ()


def attachment(
    content: bytes | Iterable[bytes] | Iterable[str], media_type: str, name: str, *, is_exercise: bool = False
) -> Response:
    """A file that browsers keep under this name. is_exercise: its content cannot say so, or is read by programs alone."""
    answer = Response(content, mimetype=media_type)
    mark = "exercise-" if is_exercise else ""
    answer.headers["Content-Disposition"] = f'attachment; filename="{mark}{name}"'
    return answer


@dataclass(frozen=True)
class Answer:
    """What a route answers when it succeeds: by which statuses, and what: a File, a Bare or a type that JSON is made
    of."""

    statuses: tuple[int, ...]
    content: Any


@cache
def answer_of(view: Callable[..., Any]) -> Answer | None:
    """What a view answers by its return type; None if that says nothing."""
    kind = get_type_hints(view, include_extras=True).get("return", Any)
    statuses: tuple[int, ...] = (200,)
    if get_origin(kind) is tuple:
        kind, status = get_args(kind)
        if get_origin(status) is not Literal:
            return None
        statuses = get_args(status)
    if get_origin(kind) is Annotated:
        _response, kind = get_args(kind)
    if isinstance(kind, Bare):
        return Answer((kind.status,), kind)
    if kind in (Any, Response, object) or get_origin(kind) is dict:
        return None
    return Answer(statuses, Nothing if kind is type(None) else kind)


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Pydantic's view of a type: it makes the schema, and tests read real answers with it."""
    return TypeAdapter(kind)


def as_flask_takes_it(answer: Any, provider: Json) -> Any:
    """A route's answer with its dataclass, its list or its None made into a JSON response; anything else as it is. What
    is read is written in turns; a write holds rows until it is answered."""
    content, *status = answer if isinstance(answer, tuple) else (answer,)
    if content is None:
        content = Nothing()
    if isinstance(content, list) or (is_dataclass(content) and not isinstance(content, type)):
        content = provider.paced(content) if request.method == "GET" else provider.response(content)
    return (content, *status) if status else content
