"""A web process that knows its longest turn: how much of the processor one greenlet used before it let others go on.

`GET /longest-turn` answers it in milliseconds with the place where it ended, and begins anew. Clocks say little on a
busy machine; the processor's time of one thread does.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402 - after the patch
import time  # noqa: E402
import traceback  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

import gevent  # noqa: E402
import greenlet  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable

    from greenlet import greenlet as Greenlet

PATH = "/longest-turn"


class Watch:
    """Looks at each change from one greenlet to another."""

    def __init__(self) -> None:
        self.longest_s, self.began, self.ended_in = 0.0, time.thread_time(), ""
        self._hub = gevent.get_hub()

    def changed(self, _what: str, between: tuple[Greenlet, Greenlet]) -> None:
        now = time.thread_time()
        if between[0] is not self._hub and now - self.began > self.longest_s:
            self.longest_s, self.ended_in = now - self.began, _place(between[0], now - self.began)
        self.began = now

    def answer(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        found, self.longest_s = self.longest_s, 0.0
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps([round(found * 1000, 1), self.ended_in]).encode()]


def _place(turn: Greenlet, took_s: float) -> str:
    """Where in our own code a long turn ended, which is behind what took long."""
    calls = traceback.extract_stack(turn.gr_frame) if took_s > 0.05 and turn.gr_frame else []
    return " < ".join(f"{call.name}:{call.lineno}" for call in reversed(calls) if "/workspace/" in call.filename)


def main() -> None:
    """Serve as `workspace.web.serve` does."""
    from workspace.settings import settings
    from workspace.web.lines import server
    from workspace.web.serve import application

    app, watch = application(), Watch()
    inner = app.wsgi_app

    def watched(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        return watch.answer(environ, start) if environ["PATH_INFO"] == PATH else inner(environ, start)

    app.wsgi_app = watched  # type: ignore[method-assign]
    greenlet.settrace(watch.changed)
    mine = settings()
    server(mine.host, mine.port, app).serve_forever()


if __name__ == "__main__":
    main()
