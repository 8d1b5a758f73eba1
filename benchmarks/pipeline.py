"""How much Concord costs: pictures and videos through the workers, against a bare loop that does the same pixel work.

The workers' side is everything from the wake-up to the last match: queue, rows, encrypted store, sandbox, persons,
events. The bare side decodes, detects, embeds, encodes the same derivatives and hashes (PDQ), and writes nothing. Both
run one process per core, on the same files, with models loaded before; the two take turns, one standing still while the
other works. Both must find the same faces. Receiving the files is not measured. Prints what was compared, and one JSON
object as its last line.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import os
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import text

from benchmarks._machine import own_s, server_pid, settle, tree_s
from benchmarks._material import CLIP_S, make_material
from tests.support.owner import know_owner
from workspace.analysis.pack import build_default_pack
from workspace.commands.intake import receive_exhibit
from workspace.commands.operations import add_first_member, create_operation
from workspace.commands.people import create_agency, create_user, ensure_service_users
from workspace.commands.terms import accept_terms
from workspace.host.engines import ROLES, SUPERUSER, prepare_database, start_engines
from workspace.host.processes import Child, Program, wait_until
from workspace.intake.reception import find_files, receive_folder
from workspace.model import jobs
from workspace.model.database import Database
from workspace.queries.operations import wrapped_key
from workspace.settings import ONE_THREAD, ROOT, child_environment
from workspace.store.keys import OperationKey, load_or_create_master, unwrap
from workspace.store.objects import open_store

CORES = len(os.sched_getaffinity(0))
COUNTRY = "EC"
GOAL_RATIO = 0.85
QUICK_TURN_S, TURN_S = 2.5, 8.0
"""How long the bare loop works in one turn, in seconds."""
WARM = 3
"""Files per process, before the first turn."""
DONE = text(
    "select (select extract(epoch from max(done_at)) from job where operation_id = :operation), "
    "(select count(*) from media_item where operation_id = :operation and state = 'read'), "
    "(select count(*) from face where operation_id = :operation)"
)
_numbers = count(1)


@dataclass(frozen=True)
class Rig:
    """A running installation without material."""

    admin_url: str
    app: Database
    workers: Database
    service_id: int
    media_url: str
    key_file: Path
    environment: dict[str, str]
    home: Path


@dataclass(frozen=True)
class Spell:
    """What one side took for some files: seconds, pictures or frames seen (the installation's are not counted: 0),
    faces kept, and CPU seconds by program."""

    seconds: float
    frames: int
    faces: int
    cpu_s: dict[str, float]


# The bare loop


class Bare:
    """The bare loop in one process per core, started once with models loaded, and standing still between its turns."""

    def __init__(self, pack_dir: Path, processes: int = CORES) -> None:
        """Start the processes and wait until they are ready."""
        context = multiprocessing.get_context("spawn")
        self.tasks, self.results = context.Queue(), context.Queue()
        self.processes = [
            context.Process(target=_bare_worker, args=(pack_dir, self.tasks, self.results), daemon=True)
            for _ in range(processes)
        ]
        for process in self.processes:
            process.start()
        for _ in self.processes:
            self.results.get(timeout=120)

    def run(self, paths: Sequence[Path]) -> Spell:
        """Work on these files."""
        pids = [process.pid or 0 for process in self.processes]
        since, cpu_s = time.perf_counter(), own_s(pids)
        for path in paths:
            self.tasks.put(path)
        done = [self.results.get(timeout=900) for _ in paths]
        seconds = time.perf_counter() - since
        frames, faces = (sum(part) for part in zip(*done, strict=True))
        return Spell(seconds, frames, faces, {"bare": own_s(pids) - cpu_s})

    def stop(self) -> None:
        """End the processes."""
        for _ in self.processes:
            self.tasks.put(None)
        for process in self.processes:
            process.join(30)


def _bare_worker(pack_dir: Path, tasks: Any, results: Any) -> None:
    from workspace.analysis.faces import FaceEngine
    from workspace.analysis.pack import load_pack
    from workspace.analysis.sandbox import decode_picture, decode_video

    engine = FaceEngine(load_pack(pack_dir))
    decode_picture.preload()
    decode_video.preload()
    engine.find(np.zeros((640, 640, 3), np.uint8))
    results.put((0, 0))
    while (path := tasks.get()) is not None:
        with path.open("rb") as file:
            results.put(_bare_photo(engine, file) if path.suffix == ".jpg" else _bare_video(engine, file))


def _bare_photo(engine: object, file: io.BufferedReader) -> tuple[int, int]:
    """Pictures and faces seen."""
    from workers.persons import CROP_PX, VEIL_PX, cut_out
    from workers.reading import PREVIEW_PX
    from workspace.analysis.derivatives import shrunk
    from workspace.analysis.sandbox.decode_picture import read_picture

    pixels = np.asarray(read_picture(file, "image/jpeg").image)
    small = shrunk(pixels, PREVIEW_PX)
    faces = engine.find(pixels, small=small)  # type: ignore[attr-defined]
    for face in faces:
        _encode(face, cut_out(face, pixels), (CROP_PX, VEIL_PX))
    _clean(pixels, small)
    return 1, len(faces)


def _bare_video(engine: object, file: io.BufferedReader) -> tuple[int, int]:
    """Frames seen and faces kept."""
    from workers.persons import CROP_PX, VEIL_PX, cut_out
    from workers.reading import FACES_PER_TRACK
    from workspace.analysis.sandbox.decode_video import read_video
    from workspace.analysis.tracks import FrameFaces, TrackJoiner

    joiner, seen = TrackJoiner(), 0
    cuttings: dict[int, object] = {}
    middle, since = None, time.process_time()
    for sample in read_video(file, "video/mp4", lambda: time.process_time() - since).frames:
        middle = sample.pixels if middle is None or seen < 10 else middle
        faces = engine.find(sample.pixels, is_frame=True)  # type: ignore[attr-defined]
        cuttings |= {id(face): cut_out(face, sample.pixels) for face in faces}
        joiner.add(FrameFaces(sample.time_s, faces))
        seen += 1
    kept = 0
    for track in joiner.tracks():
        for _, face in sorted(track.faces, key=lambda each: -each[1].quality.score)[:FACES_PER_TRACK]:
            _encode(face, cuttings[id(face)], (CROP_PX, VEIL_PX))
            kept += 1
    if middle is not None:
        _clean(middle, middle)
    return seen, kept


def _encode(face: object, cutting: object, sizes: tuple[int, ...]) -> None:
    from workers.persons import crop

    for size in sizes:
        crop(face, cutting, size)  # type: ignore[arg-type]


def _clean(pixels: np.ndarray, small: np.ndarray) -> None:
    from workers.reading import PREVIEW_PX, PREVIEW_QUALITY, VEIL_PX, VEIL_QUALITY
    from workspace.analysis.derivatives import encode_derivative
    from workspace.analysis.near_duplicates import pdq

    pdq(pixels)
    encode_derivative(small, longest_side=PREVIEW_PX, quality=PREVIEW_QUALITY)
    encode_derivative(small, longest_side=VEIL_PX, quality=VEIL_QUALITY)


# The workers


@contextmanager
def running_rig(home: Path, pack_dir: Path) -> Iterator[Rig]:
    """An empty installation on embedded engines of its own."""
    with start_engines(home) as engines:
        urls = prepare_database(engines.database_url(SUPERUSER, "postgres"), "bench", engines.passwords)
        jobs.use_queue(engines.redis_url)
        know_owner(urls)
        workers = Database(urls["concord_worker"])
        media_url, key_file = (home / "media").as_uri(), home / "keys" / "master.key"
        values = {
            "PROFILE": "test",
            "HOME": str(home),
            "REDIS_URL": engines.redis_url,
            "MEDIA_URL": media_url,
            "KEY_FILE": str(key_file),
            "PACK_DIR": str(pack_dir),
            "LOG_LEVEL": "WARNING",
        } | {f"DATABASE_URL_{role.removeprefix('concord_').upper()}": urls[role] for role in ROLES}
        environment = child_environment(values) | ONE_THREAD | {"PYTHONPATH": str(ROOT)}
        service = ensure_service_users(workers)
        app = Database(urls["concord_app"])
        yield Rig(
            engines.database_url(SUPERUSER, "bench"),
            app,
            workers,
            service.housekeeping_id,
            media_url,
            key_file,
            environment,
            home,
        )
        app.dispose()
        workers.dispose()


def new_operation(rig: Rig) -> tuple[int, int, OperationKey]:
    """An open operation of one country: its id, a person who may bring material in, and its media key."""
    now, number = datetime.now(UTC), next(_numbers)
    with rig.workers.write(rig.service_id) as tx:
        operation_id = create_operation(
            tx,
            code_name=f"Benchmark {number}",
            purpose="measuring",
            legal_basis="none",
            time_zone="UTC",
            opens_at=now - timedelta(hours=1),
            closes_at=now + timedelta(days=1),
            terms="none",
            countries=[COUNTRY],
            master_key=load_or_create_master(rig.key_file),
            is_exercise=True,
        )
        agency_id = create_agency(tx, country=COUNTRY, name=f"Unit {number}", kind="police")
        person_id = create_user(tx, agency_id=agency_id, name=f"{COUNTRY} · lead {number}")
        add_first_member(tx, operation_id, user_id=person_id, role="country_lead")
    with rig.app.write(person_id) as tx:
        accept_terms(tx, operation_id)
        key = unwrap(load_or_create_master(rig.key_file), wrapped_key(tx.session, operation_id), str(operation_id))
    return operation_id, person_id, key


def through_workers(rig: Rig, workers: Sequence[Child], paths: Sequence[Path]) -> Spell:
    """From the wake-up to the last match of these files in an operation of its own.

    Raises:
        RuntimeError: a file was not read.
    """
    operation_id, person_id, key = new_operation(rig)
    with rig.app.write(person_id) as tx:
        exhibit_id = receive_exhibit(
            tx, operation_id, country=COUNTRY, label="E-1", kind="phone", case_reference="none", custodian="none"
        )
    with standing_still(workers):
        receive_folder(rig.app, person_id, exhibit_id, find_files(paths), store=open_store(rig.media_url), key=key)
        os.sync()
        since, before = time.time(), spent_s(rig, workers)
    wait_until(lambda: _open_jobs(rig, operation_id) == 0, 1800, "The workers did not finish.", interval_s=0.2)
    cpu_s = {part: after - before[part] for part, after in spent_s(rig, workers).items()}
    with rig.workers.engine.connect() as rows:
        done_at, read, faces = rows.execute(DONE, {"operation": operation_id}).one()
    if read != len(paths):
        raise RuntimeError(f"{len(paths) - read} of {len(paths)} files were not read")
    return Spell(float(done_at) - since, 0, faces, cpu_s)


def spent_s(rig: Rig, workers: Sequence[Child]) -> dict[str, float]:
    """CPU seconds so far, by part: these workers, their sandboxes, the database."""
    pids = [worker.pid for worker in workers]
    own = own_s(pids)
    return {"workers": own, "sandbox": tree_s(pids) - own, "database": tree_s([server_pid(rig.admin_url)])}


@contextmanager
def standing_still(workers: Sequence[Child]) -> Iterator[None]:
    """Stop the workers for a while: what is measured beside them has the machine for itself."""
    for worker in workers:
        os.kill(worker.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for worker in workers:
            os.kill(worker.pid, signal.SIGCONT)


@contextmanager
def running_workers(rig: Rig) -> Iterator[list[Child]]:
    """One worker per core."""
    workers = [
        Child(
            Program(f"worker-{n}", [sys.executable, "-m", "workers.run"], rig.environment),
            rig.home / "run" / "bench",
            rig.home / "logs",
        )
        for n in range(CORES)
    ]
    try:
        wait_until(lambda: jobs.worker_count() >= CORES, 60, "The workers did not start.")
        yield workers
    finally:
        for worker in workers:
            worker.stop()


def _open_jobs(rig: Rig, operation_id: int) -> int:
    with rig.workers.read(rig.service_id) as view:
        return sum(jobs.outstanding(view.session, operation_id).values())


def main() -> int:
    """Compare and print; the exit code says whether the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less than 50 seconds")
    quick = parser.parse_args().quick
    pictures, videos, rounds, turn_s = (30, 4, 2, QUICK_TURN_S) if quick else (60, 8, 6, TURN_S)
    os.environ |= ONE_THREAD  # as the workers have it, so that one process keeps to one core
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        make_material(folder / "material", pictures * CORES, videos * CORES)
        pack_dir = build_default_pack(folder / "pack").directory
        print(f"Photos of 12 megapixels and clips of {CLIP_S} s, {rounds} rounds, {CORES} processes a side")
        with running_rig(folder / "home", pack_dir) as rig, running_workers(rig) as workers:
            bare = Bare(pack_dir)
            turns = {
                kind: list(_turns(rig, workers, bare, folder / "material" / kind, rounds, turn_s))
                for kind in ("photos", "videos")
            }
            bare.stop()
    figures = _figures(turns["photos"], turns["videos"])
    print(json.dumps({**figures, "goal_ratio": GOAL_RATIO}))
    return int(figures["ratio"] < GOAL_RATIO)


Turn = tuple[Spell, Spell]
"""One round: the bare loop's and the installation's."""


def _turns(rig: Rig, workers: Sequence[Child], bare: Bare, folder: Path, rounds: int, turn_s: float) -> Iterator[Turn]:
    """The two sides take turns, and take turns in who begins, after both have seen some of it.

    As many files per turn as the bare loop needs turn_s for on this machine, if there are so many, and a multiple of
    its cores: with few, the ratio would say who happened to have the last one.

    Raises:
        RuntimeError: the two did not find the same faces.
    """
    paths = sorted(folder.iterdir())

    def of_bare(some: Sequence[Path]) -> Spell:
        with standing_still(workers):
            return bare.run(some)

    of_bare(paths[: CORES * WARM])
    one_each_s = of_bare(paths[: CORES * WARM]).seconds / WARM
    through_workers(rig, workers, paths[: CORES * WARM])
    paths = paths[: CORES * max(2, round(turn_s / one_each_s))]
    settle(rig.admin_url)
    for number in range(rounds):
        if number % 2:
            ours = through_workers(rig, workers, paths)
            theirs = of_bare(paths)
        else:
            theirs = of_bare(paths)
            ours = through_workers(rig, workers, paths)
        if ours.faces != theirs.faces:
            raise RuntimeError(f"the workers kept {ours.faces} faces, the bare loop {theirs.faces}")
        sides = f"bare {theirs.seconds:.2f} s, workers {ours.seconds:.2f} s, {ours.faces} faces each"
        print(f"{len(paths)} {folder.name}, round {number + 1}: {sides}")
        yield theirs, ours


def _figures(photos: Sequence[Turn], videos: Sequence[Turn]) -> dict[str, Any]:
    """Ratios are the median of the rounds': a noisy machine disturbs one round, not all. cpu_ratio compares CPU
    time."""
    pictures = sum(theirs.frames for theirs, _ in photos)
    cpu_s = Counter[str]()
    for turn in photos:
        for spell in turn:
            cpu_s.update(spell.cpu_s)
    return {
        "pictures_per_s": round(pictures / sum(ours.seconds for _, ours in photos), 2),
        "frames_per_s": round(sum(theirs.frames for theirs, _ in videos) / sum(ours.seconds for _, ours in videos), 2),
        "ratio": round(statistics.median(theirs.seconds / ours.seconds for theirs, ours in photos), 3),
        "frames_ratio": round(statistics.median(theirs.seconds / ours.seconds for theirs, ours in videos), 3),
        "cpu_ratio": round(cpu_s["bare"] / (cpu_s.total() - cpu_s["bare"]), 3),
        "cpu_ms_a_picture": {part: round(took * 1000 / pictures) for part, took in cpu_s.items()},
        "bare_pictures_per_s": round(pictures / sum(theirs.seconds for theirs, _ in photos), 2),
        "cores": CORES,
    }


if __name__ == "__main__":
    sys.exit(main())
