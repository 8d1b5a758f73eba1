"""A write that came with an `Idempotency-Key` is stored once, however often it is sent (ADR 43).

The key is taken by the first statement of the write and kept with the answer in the same transaction: the write of a
route is therefore committed behind its view, when the answer is known. A view that reads or writes once more commits it
before. What is shown once only, or says more than ids, is not kept: sent again, it is told that it is stored.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, cast
from uuid import UUID

from flask import Response, abort, g, jsonify, request

from workspace.commands.drafts import forget_sent
from workspace.commands.write_keys import Kept, begin_keyed, give_up_key, keep_answer
from workspace.errors import Fault, Invalid, Stored
from workspace.model.database import Tx
from workspace.store.cipher import CHUNK_BYTES
from workspace.turns import let_others_go_on
from workspace.web.access_rules import SAFE_METHODS, STORED_ONCE_ANYWAY

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
DRAFTS = "Drafts-Sent"
"""The header with the versions of the drafts that a press sends, with blanks between: stored together, or not at
all."""
MOST_DRAFTS_NAMED = 1000
"""Characters of that header that are read."""
MOST_ANSWER = 4000
"""Characters of an answer that is kept."""
_KEY = re.compile(r"[A-Za-z0-9_-]{16,100}")
_VERSION = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CODE = re.compile(r"[a-z][a-z_:]{0,39}|/media/[a-z]+/[0-9a-f-]{36}/[a-z]+")
"""A word of a closed list, or where a picture stands for whoever may see it."""


@dataclass
class _Open:
    """A write that waits for its answer."""

    stack: ExitStack
    tx: Tx
    key: str


def request_key() -> str | None:
    """The key that came with this request; None for what needs none, and where none came.

    Raises:
        Invalid: it is none.
    """
    given = request.headers.get(HEADER)
    if given is None or request.method in SAFE_METHODS or request.endpoint in STORED_ONCE_ANYWAY or "write_key" in g:
        return None
    if not _KEY.fullmatch(given):
        raise Invalid(
            "The request cannot be understood.",
            faults=[Fault(HEADER, "16 to 100 letters, digits, hyphens or underscores")],
        )
    return given


@contextmanager
def keyed(write: AbstractContextManager[Tx], key: str) -> Iterator[Tx]:
    """The write under its key; it stays open until `conclude`.

    Raises:
        HTTPException: with the answer of before, if it is stored already.
    """
    stack = ExitStack()
    tx = stack.enter_context(write)
    try:
        kept = begin_keyed(tx, key, _digest())
        if kept is not None:
            _answer_again(kept)
        yield tx
    except BaseException:
        stack.__exit__(*sys.exc_info())
        raise
    g.write_key, g.open_write = key, _Open(stack, tx, key)


def conclude(status: int | None = None, answer: Mapping[str, object] | None = None) -> None:
    """Commit this request's keyed write, if one is open, with its answer. Raises: whatever its commit raises."""
    if "open_write" not in g:
        return
    waiting = cast("_Open", g.pop("open_write"))
    with waiting.stack:
        if waiting.tx.refusal is None:
            keep_answer(waiting.tx, waiting.key, status, answer)
            if sent := _sent_drafts():
                forget_sent(waiting.tx, sent)
        else:
            give_up_key(waiting.tx, waiting.key)


def conclude_with(response: Response, write: Callable[[], AbstractContextManager[Tx]]) -> None:
    """Commit this request's keyed write with this answer; `write`: a further one, for a write that is committed."""
    if "write_key" not in g:
        return
    answer = _plain(response)
    if "open_write" in g:
        conclude(response.status_code, answer)
    elif answer is not None:
        with write() as tx:
            keep_answer(tx, g.write_key, response.status_code, answer)


def abandon() -> None:
    """Undo a keyed write whose view ended with an error."""
    if "open_write" in g:
        cast("_Open", g.pop("open_write")).stack.__exit__(*sys.exc_info())


def _sent_drafts() -> list[UUID]:
    """The versions of the drafts that this write stores; what is not a version names none."""
    given = request.headers.get(DRAFTS, "")[:MOST_DRAFTS_NAMED]
    return [UUID(each) for each in given.split() if _VERSION.fullmatch(each)]


def _answer_again(kept: Kept) -> None:
    if kept.status is None or kept.answer is None:
        raise Stored("This was stored already. Load the page again; what is shown once only is not shown again.")
    response = jsonify(kept.answer)
    response.status_code = kept.status
    response.headers[REPLAYED] = "true"
    abort(response)


def _digest() -> bytes:
    """SHA-256 over what the request asks for."""
    found = hashlib.sha256(f"{request.method} {request.full_path}\n".encode("utf-8", "surrogateescape"))
    if request.mimetype == "multipart/form-data":
        for name, text in sorted(request.form.items(multi=True)):
            found.update(repr((name, text)).encode())
        for name, file in sorted(request.files.items(multi=True), key=lambda each: each[0]):
            found.update(repr((name, file.filename)).encode() + _digest_of(file.stream))
    else:
        found.update(request.get_data())
    return found.digest()


def _digest_of(stream: IO[bytes]) -> bytes:
    """SHA-256 of a part of a form, made in turns with all other requests."""
    found = hashlib.sha256()
    stream.seek(0)  # the route may have read it already
    while chunk := stream.read(CHUNK_BYTES):
        found.update(chunk)
        let_others_go_on()
    stream.seek(0)
    return found.digest()


def _plain(response: Response) -> Mapping[str, object] | None:
    """The answer, if it holds ids, numbers, times and codes alone."""
    if response.status_code >= 300 or not response.is_json or (response.content_length or 0) > MOST_ANSWER:
        return None
    answer = response.get_json()
    return answer if isinstance(answer, dict) and _is_plain(answer) else None


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(_is_plain(each) for each in value.values())
    if isinstance(value, list):
        return all(_is_plain(each) for each in value)
    return not isinstance(value, str) or bool(_CODE.fullmatch(value)) or _is_id_or_time(value)


def _is_id_or_time(text: str) -> bool:
    for read in (UUID, datetime.fromisoformat):
        try:
            read(text)
        except ValueError:
            continue
        return "-" in text  # digits alone may be a code that is read out
    return False
