"""A web process that says with each answer what it took: `X-Took: request ms, ms in the database, statements, ms of the
processor`.

For one request at a time: it counts what all statements of the process take.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import time  # noqa: E402 - after the patch
from typing import TYPE_CHECKING, Any  # noqa: E402

from sqlalchemy import Engine, event  # noqa: E402

from benchmarks._machine import TOOK_HEADER  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable


class Counted:
    """What the statements of the process took since it was last asked."""

    def __init__(self) -> None:
        self.took_s, self.statements, self._since = 0.0, 0, 0.0
        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)

    def _before(self, *_about: object) -> None:
        self._since = time.perf_counter()

    def _after(self, *_about: object) -> None:
        self.took_s, self.statements = self.took_s + time.perf_counter() - self._since, self.statements + 1


def main() -> None:
    """Serve as `workspace.web.serve` does."""
    from workspace.settings import settings
    from workspace.web.lines import server
    from workspace.web.serve import application

    app, counted = application(), Counted()
    inner = app.wsgi_app

    def timed(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        began, counted.took_s, counted.statements = time.perf_counter(), 0.0, 0
        cpu_s = time.process_time()

        def say(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            took, own = (time.perf_counter() - began) * 1000, (time.process_time() - cpu_s) * 1000
            told = f"{took:.1f} {counted.took_s * 1000:.1f} {counted.statements} {own:.1f}"
            return start(status, [*headers, (TOOK_HEADER, told)], *more)

        return inner(environ, say)

    app.wsgi_app = timed  # type: ignore[method-assign,assignment]
    mine = settings()
    server(mine.host, mine.port, app).serve_forever()


if __name__ == "__main__":
    main()
