"""docs/add-a-command.md is true: its files exist, and what it quotes stands in them."""

from __future__ import annotations

import re

import pytest

from tests.support.sources import ROOT

TEXT = (ROOT / "docs" / "add-a-command.md").read_text(encoding="utf-8")
MOST_FILES, MOST_PLACES = 12, 15
ROWS = re.findall(r"^\| `([^`]+)` \| (\d+) \| [^|]+ \| [^|]+ \|$", TEXT, re.MULTILINE)
"""Of the table of files: path and number of places."""
PATH = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|tsx?|sql|po|md))`")
BLOCK = re.compile(r"^```(python|tsx|sql|po|md)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def quoted() -> list[tuple[str, str]]:
    """Each quotation with the file of which it is: the last one named before it."""
    return [(PATH.findall(TEXT[: block.start()])[-1], block[2]) for block in BLOCK.finditer(TEXT)]


def test_the_example_costs_no_more_than_its_promise() -> None:
    assert 0 < len(ROWS) <= MOST_FILES
    assert len({path for path, _places in ROWS}) == len(ROWS)
    assert sum(int(places) for _path, places in ROWS) <= MOST_PLACES


@pytest.mark.parametrize("path", [path for path, _places in ROWS])
def test_each_file_of_the_table_holds_the_command(path: str) -> None:
    assert re.search("urgent", (ROOT / path).read_text(encoding="utf-8"), re.IGNORECASE)


@pytest.mark.parametrize(("path", "quotation"), quoted())
def test_what_is_quoted_stands_in_its_file(path: str, quotation: str) -> None:
    assert quotation in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", sorted({path for path in PATH.findall(TEXT) if "/" in path and not path.startswith("adr/")})
)
def test_each_file_that_is_named_exists(path: str) -> None:
    assert (ROOT / path).is_file()
