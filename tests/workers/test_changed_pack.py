"""A face pack that changes while a worker lives: verified again, refused if it is another, used when it is back."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.bench import Bench
from tests.support.work_material import Material
from workers import drain
from workers.tools import WorkerTools
from workspace.analysis import pack as packs
from workspace.analysis.pack import DETECTOR, LICENCE_TEXTS, MANIFEST, RECOGNISER
from workspace.errors import Unavailable
from workspace.model import jobs


@pytest.fixture
def copied(tools: WorkerTools, tmp_path: Path) -> WorkerTools:
    """A worker's tools with a pack of their own, which a test may change."""
    mine = replace(tools, pack_dir=Path(shutil.copytree(tools.pack_dir, tmp_path / "pack")), _keys={})
    mine.__dict__["decoder"] = tools.decoder
    return mine


def _one_byte(directory: Path) -> None:
    """Write one byte in place; size, inode and the time of the last write stay what they were."""
    path = directory / RECOGNISER
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(1000)
        byte = file.read(1)
        file.seek(1000)
        file.write(bytes([byte[0] ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _other_pack(directory: Path) -> None:
    """Another pack, whole in itself: its manifest states another threshold."""
    manifest = json.loads((directory / MANIFEST).read_text())
    manifest["thresholds"]["lead"] = 0.01
    (directory / MANIFEST).write_text(json.dumps(manifest))


def _swapped(directory: Path) -> None:
    shutil.copy(directory / DETECTOR, directory / "new")
    os.replace(directory / "new", directory / RECOGNISER)


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "one byte": (_one_byte, "not the approved file"),
    "another model": (_swapped, "not the approved file"),
    "a model is gone": (lambda directory: (directory / DETECTOR).unlink(), "is missing"),
    "a link for a model": (
        lambda directory: ((directory / DETECTOR).rename(directory / "det"), (directory / DETECTOR).symlink_to("det")),
        "plain file",
    ),
    "no licence": (lambda directory: (directory / LICENCE_TEXTS).unlink(), "is missing"),
    "another pack": (_other_pack, "start the workers again"),
    "no pack": (shutil.rmtree, "There is no face pack"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_worker_refuses_a_pack_that_changed_until_it_is_what_it_was(
    copied: WorkerTools, tools: WorkerTools, change: str
) -> None:
    pack = copied.engine.pack
    act, said = CHANGES[change]

    act(copied.pack_dir)
    for _ in range(2):
        with pytest.raises(Unavailable, match=said) as refused:
            _ = copied.engine
        assert refused.value.facts["reason"] == "bad_pack"
    shutil.rmtree(copied.pack_dir, ignore_errors=True)
    shutil.copytree(tools.pack_dir, copied.pack_dir)

    assert copied.engine.pack == pack


def test_a_worker_goes_on_when_the_files_were_written_anew_with_the_same_content(copied: WorkerTools) -> None:
    engine = copied.engine
    for name in (RECOGNISER, MANIFEST):
        content = (copied.pack_dir / name).read_bytes()
        (copied.pack_dir / name).unlink()
        (copied.pack_dir / name).write_bytes(content)

    assert copied.engine is engine


def test_an_unchanged_pack_is_not_read_again_and_one_that_cannot_be_read_is_the_hosts_fault(
    copied: WorkerTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = copied.engine

    def unreadable(directory: Path) -> packs.Pack:
        raise PermissionError(13, "Permission denied", str(directory))

    monkeypatch.setattr(packs, "load_pack", unreadable)
    assert copied.engine is engine
    os.utime(copied.pack_dir / RECOGNISER)
    with pytest.raises(Unavailable, match="cannot be read") as refused:
        _ = copied.engine
    assert refused.value.facts["reason"] == "bad_pack"


def test_a_pack_that_changes_while_it_is_loaded_is_not_used(
    copied: WorkerTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = packs.load_pack

    def slow(directory: Path) -> packs.Pack:
        pack = load(directory)
        _one_byte(directory)
        return pack

    _ = copied.engine
    os.utime(copied.pack_dir / RECOGNISER)
    monkeypatch.setattr(packs, "load_pack", slow)
    with pytest.raises(Unavailable, match="was changed"):
        _ = copied.engine


def test_a_medium_waits_without_losing_an_attempt_and_another_host_reads_it(
    bench: Bench, copied: WorkerTools, material: Material
) -> None:
    _ = copied.engine
    bench.bring("EC", material.landscape("changed.jpg", seed=47))
    _one_byte(copied.pack_dir)
    bench.operation.change(
        "update job set state = 'done' where operation_id <> :id and state <> 'done'", id=bench.operation.id
    )
    with bench.tools.db.write(bench.tools.service_id) as tx:
        job = jobs.take(tx, ["read_media"])
    assert job is not None

    drain.work_off(copied, job)
    waits = bench.one("select attempt, state, failure from job where operation_id = :operation")
    bench.operation.change("update job set lease_until = null where operation_id = :id", id=bench.operation.id)
    bench.work()

    assert (waits.attempt, waits.state) == (0, "waiting")
    assert "not the approved file" in waits.failure
    assert copied.host_faults == 1
    assert bench.one("select state from media_item where operation_id = :operation").state == "read"
