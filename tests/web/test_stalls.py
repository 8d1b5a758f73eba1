"""Nothing long runs in the web process: while requests of moderate size run, it lets others go on."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import brotli
import pytest

from tests.support.servers import ROOT, Servers, environment, web_processes
from tests.support.stalls import Asker, Scene, longest_turn, make_scene, web_requests
from workspace.commands.people import ensure_service_users
from workspace.model.database import Database
from workspace.store.keys import load_or_create_master, new_wrapped_key
from workspace.web.compression import PIECE_BYTES
from workspace.web.request import MOST_DEPTH, parse_json

LONGEST_TURN_MS = 250
"""What nobody else should wait for one request (ADR 48): of the processor, since this machine may have other work."""


@pytest.fixture(scope="module")
def scene(
    servers: Servers, database: Database, workers_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    home = Path(tmp_path_factory.mktemp("stalls"))
    base = environment(servers.urls, servers.redis_url, (home / "media").as_uri(), home)
    ensure_service_users(workers_database)
    master = load_or_create_master(home / "keys" / "master.key")
    with web_processes(1, base, module="tests.support.watched_web") as (web,):
        yield make_scene(
            web.url,
            database,
            workers_database,
            leads=200,
            events=2_000,
            refused=2_000,
            wrapped_key=lambda operation_id: new_wrapped_key(master, str(operation_id)),
        )


def test_while_something_large_is_asked_the_web_lets_others_go_on(scene: Scene) -> None:
    """Each kind once, of moderate size; the largest sizes, and how long others wait, are benchmarks/stalls.py's."""
    asks = web_requests(scene, file_bytes=4 << 20, rows=2_000)
    turns = {name: longest_turn(scene, ask) for name, ask in asks.items()}

    assert {name: turn for name, turn in turns.items() if turn > LONGEST_TURN_MS} == {}


def test_a_long_answer_is_compressed_beside_others(scene: Scene) -> None:
    path = "/api/v1/openapi.json"
    ask_for = partial(Asker(scene.url, "").ask, "GET", path)
    assert len(ask_for()[1]) > 5 * PIECE_BYTES
    took = time.thread_time()
    brotli.compress(ask_for()[1], quality=4)
    took = time.thread_time() - took
    turns = [longest_turn(scene, ask_for) for _ in range(3)]

    assert min(turns) < 1000 * took / 2


def test_who_asks_many_small_things_does_not_wait_for_a_piece_of_a_long_work_each_time() -> None:
    script = """
from gevent import monkey
monkey.patch_all()
import gevent, time
from workspace.turns import let_others_go_on

pieces = 0
def long_work():
    global pieces
    while True:
        ends = time.perf_counter() + 0.004
        while time.perf_counter() < ends:
            pass
        pieces += 1
        let_others_go_on()

gevent.spawn(long_work)
gevent.sleep(0.05)
before = pieces
for _ in range(20):
    gevent.sleep(0)
print(pieces - before)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert int(done.stdout) <= 5


@pytest.mark.parametrize(
    "body", ["[{}]", '{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[","b":[{"c":"\\"]"}]}', "[" * 20 + "]" * 20, ""]
)
def test_what_is_nested_as_deep_as_allowed_is_left_to_the_parser(body: str) -> None:
    try:
        parse_json(body)
    except ValueError:
        assert body == ""


@pytest.mark.parametrize(
    "body",
    [
        "[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1),
        '{"a":' * 1000 + "1" + "}" * 1000,
        "[" * 1_000_000,
        "[{" * 11 + "}]" * 11,
    ],
)
def test_what_is_nested_deeper_is_refused_before_it_is_parsed(body: str) -> None:
    from workspace.errors import Invalid

    with pytest.raises(Invalid) as refusal:
        parse_json(body)
    assert "nested too deeply" in str(refusal.value.facts["faults"])


def test_to_refuse_a_million_open_brackets_costs_little_more_than_to_count_as_many_in_pairs() -> None:
    from workspace.errors import Invalid

    def least(body: str) -> float:
        took = []
        for _ in range(5):
            began = time.thread_time()
            with suppress(Invalid, ValueError):
                parse_json(body)
            took.append(time.thread_time() - began)
        return min(took)

    # Behind the pairs stands what no parser reads, so that both bodies are only looked through.
    assert least("[" * 1_000_000) < 8 * least("x" + "[]" * 500_000)
