"""A list that is cut says so: whoever reads «12 of 23» knows that there are more, and finds a way to them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from workspace.settings import ROOT

QUERIES = ROOT / "workspace" / "queries"
LIMIT = re.compile(r"\blimit\s+(?!1\b)(\S+)", re.IGNORECASE)
TOLD = re.compile(r"\bcount\((\*|distinct \w+)\)[^\n]*\bas (of|leads|path_count)\b")
ONE_MORE = ":one_more"
"""One row more than the page shows: it is there if there are more."""
ASKED_IN_PARTS = {
    "board/part.sql": "the browser asks for the next part until it has all",
    "known/pace.sql": "a sample of readings, of which one number is shown",
    "record/page.sql": "the page goes on to older events by their number, down to the first",
    "record/searches.sql": "the page tells how many there are by searches_made, and goes on to older ones",
    "series_suggestions/groups.sql": "looks at the persons with the most faces, as the page says, and tells when there are more groups",
    "series/persons_on.sql": "who asks says how many it wants",
}


def statements() -> Iterator[tuple[str, str]]:
    """Every statement of the queries that people read, by its file."""
    for path in sorted(QUERIES.rglob("*.sql")):
        yield path.relative_to(QUERIES).as_posix(), path.read_text(encoding="utf-8")
    for path in sorted(QUERIES.glob("*.py")):
        yield from ((path.name, text) for text in texts_of(path))


def texts_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "select" in node.value:
            yield node.value


def says_so(statement: str) -> bool:
    return all(limit.rstrip(";") == ONE_MORE or TOLD.search(statement) for limit in LIMIT.findall(statement))


def test_a_query_with_a_limit_tells_how_many_there_are_or_that_there_are_more() -> None:
    silent = {name for name, statement in statements() if not says_so(statement)} - ASKED_IN_PARTS.keys()

    assert silent == set()
    assert all((QUERIES / name).is_file() for name in ASKED_IN_PARTS)


def test_a_statement_that_only_cuts_is_found() -> None:
    assert not says_so("select a from b order by a limit :most")
    assert not says_so("select a from b order by a limit 20")
    assert says_so("select a, count(*) over () as of from b order by a limit :most")
    assert says_so("select a from b order by a limit :one_more")
    assert says_so("select a from b order by a limit 1")


def test_no_page_cuts_a_list_without_showing_its_rest() -> None:
    """A slice from the beginning stands beside one that goes on where it ended; digests and other texts may be cut."""
    cut = re.compile(r"in ([\w.]+)\[:(\d+)\]")
    for path in sorted((ROOT / "templates").glob("*.html")):
        page = path.read_text(encoding="utf-8")
        for name, most in cut.findall(page):
            assert f"in {name}[{most}:]" in page, f"{path.name} shows {most} of {name} and not the others"
