"""A request whose body is parsed within bounds: one object of JSON, or a form that stays in memory.

What it refuses is refused before any route or model sees it. bodies.py bounds the values themselves.
"""

from __future__ import annotations

import io
import json
import math
import re
from typing import IO, Any, cast

from flask import Request

from workspace.errors import Fault, Invalid
from workspace.turns import let_others_go_on
from workspace.web.bodies import is_storable

MOST_DEPTH = 20
"""How deep lists and objects may stand in each other; an authenticator's answer, our deepest body, has four levels."""
MOST_EXACT = 2**53
"""Below it every whole number of a JSON sender is itself."""
_TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_SQUARE = bytes.maketrans(b"{}", b"[]")
"""Lists and objects count alike; whether each bracket has its own is the parser's to say."""
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class BoundedRequest(Request):
    """Flask's request with our bounds."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """Parse the body: a dict, or None for what is not an object of JSON. Raises: Invalid."""
        given = super().get_json(force=force, silent=silent, cache=cache)
        return given if isinstance(given, dict) else None

    def check_address(self) -> None:
        """Pass if path and query hold only what the database can store.

        Raises:
            Invalid: they do not.
        """
        if not is_storable([self.path, *self.args, *self.args.values()]):
            raise Invalid(
                "The request cannot be understood.",
                faults=[Fault("address", "holds a character that cannot be stored")],
            )

    def _get_stream_for_parsing(self) -> IO[bytes]:
        return cast("IO[bytes]", _Turns(super()._get_stream_for_parsing()))

    def _load_form_data(self) -> None:
        super()._load_form_data()
        for name, text in self.form.items(multi=True):
            _check_form_text(name, text)

    def _get_file_stream(self, *_facts: object, **_named: object) -> io.BytesIO:
        """Keep the parts of a form in memory: the library would spool them to a disk in clear."""
        return io.BytesIO()


class _Turns:
    """A body that is read in turns with all other requests: one that comes fast would otherwise keep them waiting until
    it is parsed."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body

    def read(self, size: int = -1) -> bytes:
        """As the body's own."""
        let_others_go_on()
        return self._body.read(size)


def parse_json(text: str | bytes) -> Any:
    """Parse a body.

    Raises:
        Invalid: it is nested too deeply, names a field twice, or holds a number that is none.
        ValueError: it is no JSON.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    _check_depth(text)
    return json.loads(text, object_pairs_hook=_fields, parse_constant=_number, parse_float=_number)


def _check_depth(text: str) -> None:
    """Pass if this JSON is nested so that every parser of it can follow.

    Raises:
        Invalid: it is nested too deeply.
    """
    left = _TEXT.sub(b"", text.encode("utf-8", "surrogateescape")).translate(_SQUARE, _NO_BRACKETS)
    # Each round takes the innermost pairs away: a million of them cost some milliseconds, and nobody else waits. A round
    # that finds none is the last: to look for one in a million open brackets takes as long each time.
    for _ in range(MOST_DEPTH):
        before, left = len(left), left.replace(b"[]", b"")
        if len(left) == before:
            break
    if b"[]" in left or left.count(b"[") > MOST_DEPTH:
        raise Invalid(
            "The request cannot be understood.", faults=[Fault("body", "lists and objects are nested too deeply")]
        )


def _check_form_text(name: str, text: str) -> None:
    """Pass if flask_openapi3, which reads a form's texts as JSON, can do so or sees at once that it is none.

    Raises:
        Invalid: it is nested too deeply, or holds a number that is too long for Python to read.
    """
    try:
        json.loads(text)
    except json.JSONDecodeError:
        return
    except (ValueError, RecursionError) as cause:
        raise Invalid("The request cannot be understood.", faults=[Fault(name, "cannot be understood")]) from cause


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise Invalid("The request cannot be understood.", faults=[Fault("body", "names a field twice")])
    return fields


def _number(text: str) -> float | int:
    """The number; a whole one loses its fraction, as languages without integers write it («3.0»)."""
    value = float(text)
    if not math.isfinite(value):
        raise Invalid(
            "The request cannot be understood.", faults=[Fault("body", "holds a number that is too large, or none")]
        )
    return int(value) if value.is_integer() and abs(value) < MOST_EXACT else value
