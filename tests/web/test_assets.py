"""Templates name an entry and get its hashed file; what is not built is said so."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.support.http_client import Browser
from tests.support.operation import Side, TestOperation
from workspace.errors import Unavailable
from workspace.host.setup import build_frontend
from workspace.web import assets

SignedIn = Callable[[int], Browser]


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    build_frontend()


@pytest.fixture
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


@pytest.mark.usefixtures("request_context")
@pytest.mark.parametrize("entry", sorted(assets.ENTRIES))
def test_every_entry_and_what_it_imports_is_a_file_that_was_built(entry: str) -> None:
    addresses = [assets.asset(entry), *assets.asset_imports(entry)]

    files = [assets.STATIC / address.removeprefix("/static/") for address in addresses]
    assert all(file.is_file() for file in files)
    assert len(set(addresses)) == len(addresses)


@pytest.mark.usefixtures("request_context")
def test_an_entry_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(Unavailable, match="no entry «bord»"):
        assets.asset("bord")


@pytest.mark.usefixtures("request_context")
def test_a_front_end_that_is_not_built_says_how_to_build_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)

    with pytest.raises(Unavailable, match=r"app\.py setup"):
        assets.asset("board")


def test_scripts_stay_within_their_budget() -> None:
    """For slow lines: the board takes at most 120 KB, other pages 20 KB, compressed: a quarter of it keeps what is
    typed into any form. Style and fonts come on top."""
    chunks = assets._manifest()

    def weight(entry: str) -> int:
        names, waiting = set(), [next(name for name, chunk in chunks.items() if chunk.get("name") == entry)]
        while waiting:
            if (name := waiting.pop()) not in names:
                names.add(name)
                waiting += chunks[name].get("imports", [])
        return sum(len(gzip.compress((assets.STATIC / chunks[name]["file"]).read_bytes())) for name in names)

    assert weight("page") < 20_000
    assert weight("page") + weight("board") < 120_000
    assert weight("page") + weight("lead") < 120_000


def test_a_lead_is_found_by_the_number_that_people_say(operation: TestOperation, signed_in: SignedIn) -> None:
    lead = operation.lead("EC", "PE")

    answer = signed_in(operation.person("EC")).get(f"/operations/{operation.id}/leads/1")

    assert (answer.status_code, answer.location) == (303, f"/operations/{operation.id}/leads/{lead}")


def test_a_number_of_a_lead_that_is_not_mine_to_see_is_not_there(operation: TestOperation, signed_in: SignedIn) -> None:
    operation.lead(Side("PE", sharing="agency"), Side("CL", sharing="agency"))

    answer = signed_in(operation.person("EC")).get(f"/operations/{operation.id}/leads/1")

    assert answer.status_code == 404
