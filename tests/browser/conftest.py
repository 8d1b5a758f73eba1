"""The exercise, its processes and people at browsers; everything is real, nothing leaves this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.exercise_room import Exercise, prepared, worker_processes
from tests.support.servers import Room, Web, web_processes
from workspace.host.setup import build_frontend, compile_catalogues
from workspace.model.database import Database

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.support.seats import Seat

PHOTOS = int(os.environ.get("CONCORD_TEST_PHOTOS", "40"))


@pytest.fixture(scope="session")
def exercise(servers: Any) -> Iterator[Exercise]:
    """The exercise, read by workers; made once per test process."""
    with prepared(servers, photos=PHOTOS, videos=2) as made:
        yield made


@pytest.fixture(scope="module")
def room(web: Web, database: Database, workers_database: Database) -> Room:
    """For tests that make an operation of their own: the exercise takes a minute of workers, which they do not need."""
    return Room(database, workers_database, web.url)


@pytest.fixture(scope="module")
def webs(exercise: Exercise) -> Iterator[list[Web]]:
    """Two web processes that serve it."""
    build_frontend()
    compile_catalogues()
    with web_processes(2, exercise.env, is_forked=True) as found:
        yield found


@pytest.fixture(scope="module")
def working(exercise: Exercise) -> Iterator[None]:
    """A worker that builds packages, draws up editions and does the housekeeping."""
    with worker_processes(1, exercise.env):
        yield


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Not for the session: while it runs, no other test of this process could start one."""
    from tests.support.chromium import chromium_browser

    with chromium_browser() as browser:
        yield browser


@pytest.fixture
def seat(chromium: Browser, webs: list[Web], exercise: Exercise) -> Iterator[Callable[..., Seat]]:
    """`seat(label, path)`: that person's browser at that page; `which` web process. Every seat is checked at the
    end."""
    from tests.support.seats import Seat

    seats: list[Seat] = []

    def take(label: str, path: str, *, which: int = 0, **options: Any) -> Seat:
        taken = Seat(chromium, webs[which].url, **options)
        seats.append(taken)
        return taken.sign_in(exercise.app, exercise.people[label], path)

    yield take
    for taken in seats:
        taken.context.close()
    for taken in seats:
        taken.check()
