"""Answers are compressed on their way out; the front end's own files already were when they were built (assets.py).

What an attacker can place in an answer, and whose length he can read, tells of the secrets beside it (BREACH,
https://www.breachattack.com). So an answer that carries a secret which stays the same is not compressed: writes, which
alone tell tokens and invitations, and `SECRET_PAGES`. The CSRF token on every page is masked anew each time
(context.py).
"""

from __future__ import annotations

from contextvars import copy_context

from flask import Flask, Response, request
from flask_compress import Compress

from workspace.turns import aside

MEDIA_TYPES = ["text/html", "text/csv", "application/json"]
"""What is worth it. Pictures, papers and packages are compressed or encrypted already."""
SECRET_PAGES = frozenset({"sign_in.invitation_page"})
"""Pages with a secret in them that is the same each time they are asked for."""
LEAST_BYTES = 1000
"""Shorter answers fit into one packet anyway."""
PIECE_BYTES = 64 * 1024
"""Longer ones are compressed beside other requests: a megabyte takes some 50 ms of a core."""


def register(app: Flask) -> None:
    """Compress what may be: brotli where the browser takes it, else gzip."""
    app.config.update(
        COMPRESS_MIMETYPES=MEDIA_TYPES,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_MIN_SIZE=LEAST_BYTES,
        # A stream has no length that could be compared, and is a file of its own: it goes as it comes.
        COMPRESS_STREAMS=False,
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,
        COMPRESS_REGISTER=False,
    )
    compress = Compress(app)

    def squeeze(response: Response) -> Response:
        if request.method != "GET" or request.endpoint == "static" or request.endpoint in SECRET_PAGES:
            return response
        if (response.content_length or 0) <= PIECE_BYTES:
            return compress.after_request(response)
        compressed: Response = aside(copy_context().run, compress.after_request, response)
        return compressed

    app.after_request(squeeze)
