"""A ledger's world, made once for each module, in which histories are played and undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.support.ledger_world import LedgerWorld, make_world, superuser
from tests.support.operation import TestOperation
from tests.support.servers import Servers
from workspace.model.database import Database


@pytest.fixture(scope="module")
def world(workers_database: Database) -> LedgerWorld:
    return make_world(TestOperation(workers_database))


@pytest.fixture(scope="module")
def engine(servers: Servers) -> Iterator[Engine]:
    found = superuser(servers)
    yield found
    found.dispose()
