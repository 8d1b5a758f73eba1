"""The words of tus, by which a file comes in parts and goes on where it stopped.

The resumable upload protocol 1.0.x (https://tus.io/protocols/resumable-upload, MIT License): its core and the
extensions creation, creation-with-upload, expiration, checksum and termination. Headers are read and written here; what
is sent, by whom and where it is kept is the routes' (api/uploads.py). `X-HTTP-Method-Override` is not heeded: what a
request may do goes by its method, and every browser and program that speaks tus can send PATCH and DELETE.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime
from typing import IO

from flask import Response, request
from werkzeug.exceptions import RequestTimeout
from werkzeug.http import http_date

from workspace.commands.half_uploads import UploadStanding
from workspace.commands.intake import MAX_FILE_BYTES
from workspace.errors import ByProtocol, Fault, Invalid
from workspace.intake.pieces import ALGORITHMS, Checksum
from workspace.rules.half_uploads import PIECE_BYTES
from workspace.web.answers import Bare

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
PART = "application/offset+octet-stream"
"""The media type of a part."""
STANDS = Bare(204, ("Tus-Resumable", "Upload-Offset", "Upload-Expires"))
"""What answers a part."""
BEGUN = Bare(201, ("Location", *STANDS.headers))
"""What answers who begins a file."""
OTHER_VERSION, OTHER_TYPE, TOO_LARGE = 412, 415, 413
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)


def require_version(*, is_needed: bool = True) -> None:
    """Pass if the request speaks this version. is_needed: False where a page asks that speaks no tus.

    Raises:
        ByProtocol: it does not.
    """
    given = request.headers.get("Tus-Resumable")
    if given != VERSION and (is_needed or given is not None):
        raise ByProtocol(
            "Say Tus-Resumable: {version}; no other is spoken here.", status=OTHER_VERSION, version=VERSION
        )


def stated_length() -> int:
    """How long the file is that is begun.

    Raises:
        Invalid: it is not said, or the file is to be put together of others.
    """
    if request.headers.get("Upload-Defer-Length") or request.headers.get("Upload-Concat"):
        raise _fault("Upload-Length", "say it at once; files are not put together of others here")
    return _number("Upload-Length")


def stated_offset() -> int:
    """Where a part belongs.

    Raises:
        Invalid: it is not said. ByProtocol: what comes is no part.
    """
    require_part()
    return _number("Upload-Offset")


def require_part() -> None:
    """Pass if a part comes whose length is known. Raises: Invalid, ByProtocol."""
    if request.mimetype != PART:
        raise ByProtocol("A part is sent as {kind}.", status=OTHER_TYPE, kind=PART)
    if request.content_length is None:
        raise Invalid("Say how long the part is (Content-Length).", faults=[Fault("Content-Length", "needed")])


def stated_metadata() -> dict[str, bytes]:
    """What is said of the file: values by their keys.

    Raises:
        Invalid: the header is not as the protocol has it.
    """
    pairs = filter(None, (each.strip() for each in request.headers.get("Upload-Metadata", "").split(",")))
    wrong = _fault("Upload-Metadata", "keys with values in Base64, with commas between")
    return dict(_named_bytes(pair, otherwise=wrong) for pair in pairs)


def stated_checksum() -> Checksum | None:
    """What the part that comes must have; None where the sender does not say.

    Raises:
        Invalid: it cannot be understood. ByProtocol: the part is too large to be checked before it is kept.
    """
    given = request.headers.get("Upload-Checksum")
    if given is None:
        return None
    wrong = _fault("Upload-Checksum", "an algorithm and a digest in Base64")
    algorithm, digest = _named_bytes(given, otherwise=wrong)
    if algorithm not in ALGORITHMS:
        raise _fault("Upload-Checksum", "one of {expected}", expected=", ".join(ALGORITHMS))
    if (request.content_length or 0) > PIECE_BYTES:
        raise ByProtocol(
            "A part with a checksum holds {most} bytes at most.",
            status=TOO_LARGE,
            most=PIECE_BYTES,
            reason="part_too_large",
        )
    return Checksum(algorithm, digest)


def _named_bytes(pair: str, *, otherwise: Invalid) -> tuple[str, bytes]:
    """A name, and behind a space bytes in Base64. Raises: otherwise."""
    name, _, value = pair.partition(" ")
    try:
        return name, base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError) as cause:
        raise otherwise from cause


class Part:
    """The body of a part. One that does not go on in time is a line that was cut: what came before is kept."""

    def __init__(self) -> None:
        self._body: IO[bytes] = request.environ[
            "wsgi.input"
        ]  # counted here; request.stream would answer for a cut line

    def read(self, size: int) -> bytes:
        """As a file reads; empty at the end."""
        try:
            return self._body.read(size)
        except RequestTimeout:
            return b""


def standing(status: int, received: int, expires_at: datetime, *, size: int | None = None) -> Response:
    """An answer without a body: how much has come, and how long the rest is waited for."""
    return with_standing(Response(status=status), received, expires_at, size=size)


def with_standing(answer: Response, received: int, expires_at: datetime, *, size: int | None = None) -> Response:
    """The same answer, saying so."""
    answer.headers["Upload-Offset"] = str(received)
    answer.headers["Upload-Expires"] = http_date(expires_at)
    if size is not None:
        answer.headers["Upload-Length"] = str(size)
    return answer


def begun(upload: UploadStanding) -> Response:
    """The answer to who began a file."""
    answer = standing(201, upload.received_bytes, upload.expires_at)
    answer.headers["Location"] = f"/api/v1/uploads/{upload.id}"
    return answer


def dress(answer: Response) -> Response:
    """Say the version with every answer, and what is spoken where it is asked for."""
    answer.headers["Tus-Resumable"] = VERSION
    if request.method == "OPTIONS" or answer.status_code == OTHER_VERSION:
        answer.headers["Tus-Version"] = VERSION
        answer.headers["Tus-Extension"] = EXTENSIONS
        answer.headers["Tus-Max-Size"] = str(MAX_FILE_BYTES)
        answer.headers["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return answer


def _number(header: str) -> int:
    given = request.headers.get(header, "")
    if not _NUMBER.fullmatch(given):
        raise _fault(header, "a whole number")
    return int(given)


def _fault(header: str, said: str, **values: object) -> Invalid:
    return Invalid("The request cannot be understood.", faults=[Fault(header, said, **values)])
