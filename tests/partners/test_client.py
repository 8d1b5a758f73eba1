"""A seat's session: it goes on after a refusal, after its session was ended, and after the server was away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from partners.client import Away, Client, Refused, SignedOut
from tests.partners.conftest import ShortWeek
from tests.support.servers import Web, environment, free_port, web_processes
from tests.support.waiting import LIMIT_S
from workspace.store.exercise_secret import link_path


@pytest.fixture
def seat(week: ShortWeek) -> int:
    found = week.operation.person("EC")
    week.begin(found)
    return found


@contextmanager
def client(web_url: str, home: Path, seat: int) -> Iterator[Client]:
    made = Client(web_url, lambda: link_path(home, seat, played_by="partner"))
    try:
        yield made
    finally:
        made.close()


def test_a_refusal_says_its_code_and_what_was_asked_and_the_session_goes_on(week: ShortWeek, seat: int) -> None:
    lead = week.lead()
    path = f"/api/v1/leads/{lead}/claim"
    with client(week.web.url, week.home, seat) as mine:
        mine.post(path)

        with pytest.raises(Refused, match=path) as refused:
            mine.post(path)

        assert (refused.value.status, refused.value.code) == (409, "held")
        assert mine.get("/api/v1/me")["id"] == seat


def test_a_session_that_was_ended_is_begun_anew_as_long_as_a_partner_plays(week: ShortWeek, seat: int) -> None:
    end = "update session set ended_at = now() where user_id = :seat"
    with client(week.web.url, week.home, seat) as mine:
        mine.get("/api/v1/me")
        week.operation.change(end, seat=seat)

        with pytest.raises(SignedOut):
            mine.get("/api/v1/me")
        assert mine.get("/api/v1/me")["id"] == seat

        week.operation.change("update exercise_seat set played_by = 'person' where user_id = :seat", seat=seat)
        week.operation.change(end, seat=seat)
        for _ in range(2):
            with pytest.raises(SignedOut):
                mine.get("/api/v1/me")


def test_a_server_that_is_away_is_no_end(week: ShortWeek, seat: int, servers: Any) -> None:
    with client(f"http://localhost:{free_port()}", week.home, seat) as nobody, pytest.raises(Away):
        nobody.get("/api/v1/me")

    base = environment(servers.urls, servers.redis_url, servers.media_url, servers.home, CONCORD_PROFILE="exercise")
    with web_processes(1, base, is_forked=True) as (web,), client(web.url, week.home, seat) as mine:
        assert mine.get("/api/v1/me")["id"] == seat
        _end(web)
        with pytest.raises(Away):
            mine.get("/api/v1/me")


def _end(web: Web) -> None:
    web.process.terminate()
    web.process.wait(LIMIT_S)
