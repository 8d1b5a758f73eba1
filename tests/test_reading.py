"""Reads: what is asked again and again is parsed and planned once, not each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import text

from tests.support.servers import Servers
from workspace.errors import NotFound
from workspace.model.database import Database

OFTEN = 8
"""The driver prepares a statement that it has sent five times."""
ASKED = text("select count(*) from operation where id > :least")


@pytest.fixture
def rows(servers: Servers) -> Iterator[Database]:
    """A database of its own, so that nobody else uses its connections."""
    found = Database(servers.urls["concord_app"])
    yield found
    found.dispose()


def _line(rows: Database) -> int:
    """Ask something; answers by which of the server's processes."""
    with rows.read(None) as view:
        view.session.execute(ASKED, {"least": 7})
        return int(view.session.execute(text("select pg_backend_pid()")).scalar_one())


def test_a_statement_that_is_read_again_and_again_stays_prepared(rows: Database) -> None:
    for _ in range(OFTEN):
        _line(rows)

    with rows.read(None) as view:
        prepared = view.session.execute(text("select statement from pg_prepared_statements")).scalars().all()
    assert any("from operation where id >" in statement for statement in prepared)


def test_a_read_that_finds_nothing_leaves_prepared_what_was(rows: Database) -> None:
    for _ in range(OFTEN):
        _line(rows)

    with pytest.raises(NotFound), rows.read(None):
        raise NotFound("There is no such thing.")

    with rows.read(None) as view:
        prepared = view.session.execute(text("select statement from pg_prepared_statements")).scalars().all()
    assert any("from operation where id >" in statement for statement in prepared)


def test_who_reads_alone_reads_on_one_line_however_many_are_open(rows: Database) -> None:
    with ExitStack() as at_once:
        for _ in range(4):
            at_once.enter_context(rows.read(None)).session.execute(ASKED, {"least": 7})

    assert len({_line(rows) for _ in range(OFTEN)}) == 1
