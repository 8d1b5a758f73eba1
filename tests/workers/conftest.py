"""A tools on the test's engines, and material made from photographs that ship in the installed wheels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.bench import Bench
from tests.support.operation import TestOperation
from tests.support.work_material import Material
from workers.tools import WorkerTools
from workspace.analysis.pack import Pack, build_default_pack
from workspace.commands.people import ensure_service_users
from workspace.model import jobs
from workspace.model.database import Database
from workspace.store.keys import load_or_create_master, new_wrapped_key, unwrap
from workspace.store.objects import open_store


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return build_default_pack(Path(tmp_path_factory.mktemp("packs")) / "default")


@pytest.fixture(scope="session")
def tools(
    servers: object, workers_database: Database, pack: Pack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WorkerTools]:
    """One worker's tools for all tests: models and decoder are loaded once."""
    folder = Path(tmp_path_factory.mktemp("tools"))
    service = ensure_service_users(workers_database)
    jobs.use_queue(servers.redis_url)  # type: ignore[attr-defined]
    tools = WorkerTools(
        db=workers_database,
        service_id=service.worker_id,
        housekeeping_id=service.housekeeping_id,
        store=open_store(servers.media_url),  # type: ignore[attr-defined]
        key_file=folder / "master.key",
        pack_dir=pack.directory,
    )
    yield tools
    if "decoder" in tools.__dict__:
        tools.decoder.stop()


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return Material(Path(tmp_path_factory.mktemp("material")))


@pytest.fixture
def bench(operation: TestOperation, database: Database, tools: WorkerTools) -> Bench:
    master = load_or_create_master(tools.key_file)
    wrapped = new_wrapped_key(master, str(operation.id))
    operation.change("update operation set wrapped_key = :key where id = :id", key=wrapped, id=operation.id)
    return Bench(operation, database, tools, unwrap(master, wrapped, str(operation.id)))
