"""Runs the web: gevent, one greenlet per socket, Flask and Socket.IO on one port.

`python -m workspace.web.serve` is the process that the supervisor starts; gunicorn takes
`workspace.web.serve:application()`. The standard library is made cooperative before anything else is imported (psycopg
chooses how it waits when it is imported), which is why the package workspace.web imports nothing in its __init__, and
why the imports here stand where they stand.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402 - after the patch, see above
from typing import TYPE_CHECKING  # noqa: E402 - after the patch, see above

if TYPE_CHECKING:
    from flask import Flask

    from workspace.queries.identity import Bearer
    from workspace.settings import Settings


def application() -> Flask:
    """The application with its sockets, for these settings."""
    from workspace.settings import settings

    return _make(settings())


def run(settings: Settings) -> None:
    """Serve until interrupted, on the host and port of the settings."""
    from workspace.web.lines import server

    server(settings.host, settings.port, _make(settings), is_behind_proxy=settings.trusted_proxies > 0).serve_forever()


def _make(settings: Settings) -> Flask:
    from workspace.web.app import create_app
    from workspace.web.context import identify
    from workspace.web.live import Live

    def guest() -> Bearer | None:
        who = identify()
        # Sockets are for pages: a token has no session whose end could be noticed.
        return who if who is not None and who.scopes is None else None

    app = create_app(settings)
    app.extensions["concord.document"]()  # a fifth of a second: before anybody waits for it
    app.extensions["socketio"] = Live(app.extensions["concord.database"], guest).start(app)
    # What start-up made stays: looking through all of it again, in which nobody is answered, took a sixth of a second.
    gc.collect()
    gc.freeze()
    return app


if __name__ == "__main__":
    from workspace.settings import settings as read

    run(read())
