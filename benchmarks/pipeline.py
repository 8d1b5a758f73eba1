"""How much the house costs: pictures and videos through the workers, against a bare loop that does the same pixel work.

The workers' side is everything from the bell to the last match: queue, rows, encrypted store, sandbox, persons, events. The bare
side decodes, detects, embeds, encodes the same derivatives and hashes (PDQ), and writes nothing. Both run one process a core, on
the same files, with models loaded before; the two take turns, one standing still while the other works. Receiving the files is not
measured. Prints what was compared, and one JSON object as its last line.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import os
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from itertools import count
from pathlib import Path
from typing import Any

import av
import numpy as np
import psycopg
from PIL import Image

from benchmarks._cpu import own_s, server_pid, tree_s
from workspace import jobs
from workspace.analysis.pack import build_default_pack
from workspace.commands.intake import receive_exhibit
from workspace.commands.operations import accept_terms, add_first_member, create_operation
from workspace.commands.people import create_agency, create_user, ensure_house
from workspace.database import Database
from workspace.engines import ROLES, SUPERUSER, prepare_database, start_engines
from workspace.keys import OperationKey, load_or_create_master, unwrap
from workspace.media import open_store
from workspace.processes import Child, Program, wait_until
from workspace.queries.operations import wrapped_key
from workspace.reception import find_files, receive_folder
from workspace.settings import ROOT, child_environment

CORES = len(os.sched_getaffinity(0))
TWELVE_MEGAPIXELS = (4000, 3000)
CLIP_S = 12
COUNTRY = "EC"
_numbers = count(1)


@dataclass(frozen=True)
class House:
    """A running house without material."""

    admin_url: str
    app: Database
    workers: Database
    service_id: int
    media_url: str
    key_file: Path
    environment: dict[str, str]
    home: Path


# Material


def make_material(folder: Path, pictures: int, videos: int) -> None:
    """Photos of 12 megapixels with one, two and no faces, and clips; each file has bytes of its own."""
    with ThreadPoolExecutor(CORES) as pool:
        photos, clips = list(pool.map(_jpeg, _pictures())), list(pool.map(_clip, (0, 60)))
    for name, number, content in (("photos", pictures, photos), ("videos", videos, clips)):
        (folder / name).mkdir(parents=True)
        for n in range(number):
            ending = "jpg" if name == "photos" else "mp4"
            # What follows a file's end changes its hash and nothing else.
            mark = n.to_bytes(4, "big") if ending == "jpg" else _free(n)
            (folder / name / f"{n:04}.{ending}").write_bytes(content[n % len(content)] + mark)


def _free(n: int) -> bytes:
    """A box of an MP4 that players pass over."""
    return (16).to_bytes(4, "big") + b"free" + n.to_bytes(8, "big")


def _pictures() -> Iterator[Image.Image]:
    group, portrait = _photograph("insightface/data/images/t1.jpg"), _photograph("skimage/data/astronaut.png")
    for left in (0, 420, 760):
        yield group.crop((left, 150, left + 520, 540))
    yield portrait.crop((0, 0, 512, 384))
    yield portrait.crop((40, 20, 480, 350)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    yield _photograph("skimage/data/coffee.png")


def _photograph(path: str) -> Image.Image:
    package, *parts = path.split("/")
    with as_file(files(package).joinpath(*parts)) as found, Image.open(found) as picture:
        return picture.convert("RGB")


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.resize(TWELVE_MEGAPIXELS, Image.Resampling.BICUBIC).save(file, "JPEG", quality=88)
    return file.getvalue()


def _clip(start: int) -> bytes:
    file, picture = io.BytesIO(), _photograph("skimage/data/astronaut.png")
    views = [np.asarray(picture.crop((n, n // 2, n + 400, n // 2 + 225)).resize((1280, 720))) for n in range(start, start + 40)]
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=25, options={"preset": "ultrafast", "g": "25"})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        for n in range(CLIP_S * 25):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(views[n * 40 // (CLIP_S * 25)], format="rgb24")))
        output.mux(stream.encode(None))
    return file.getvalue()


# The bare loop


class Bare:
    """The bare loop in one process a core, started once with models loaded, and standing still between its turns."""

    def __init__(self, pack_dir: Path) -> None:
        """Start the processes and wait until they are ready."""
        context = multiprocessing.get_context("spawn")
        self.tasks, self.results = context.Queue(), context.Queue()
        self.processes = [
            context.Process(target=_bare_worker, args=(pack_dir, self.tasks, self.results), daemon=True) for _ in range(CORES)
        ]
        for process in self.processes:
            process.start()
        for _ in self.processes:
            self.results.get(timeout=120)

    def run(self, paths: Sequence[Path]) -> tuple[float, int]:
        """Seconds that these files take, and how many pictures or frames were seen."""
        since = time.perf_counter()
        for path in paths:
            self.tasks.put(path)
        seen = sum(self.results.get(timeout=900) for _ in paths)
        return time.perf_counter() - since, seen

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
    results.put(0)
    while (path := tasks.get()) is not None:
        with path.open("rb") as file:
            results.put(_bare_photo(engine, file) if path.suffix == ".jpg" else _bare_video(engine, file))


def _bare_photo(engine: object, file: io.BufferedReader) -> int:
    from workers.faces import CROP_PX, VEIL_PX, whole
    from workspace.analysis.sandbox.decode_picture import read_picture

    pixels = np.asarray(read_picture(file, "image/jpeg").pixels)
    for face in engine.find(pixels):  # type: ignore[attr-defined]
        _encode(face, whole(pixels), (CROP_PX, VEIL_PX))
    _clean(pixels)
    return 1


def _bare_video(engine: object, file: io.BufferedReader) -> int:
    from workers.faces import CROP_PX, VEIL_PX, cut_out
    from workers.media import FACES_A_TRACK
    from workspace.analysis.sandbox.decode_video import read_video
    from workspace.analysis.tracks import FrameFaces, join_tracks

    samples: list[FrameFaces] = []
    cuttings: dict[int, object] = {}
    middle, since = None, time.process_time()
    for sample in read_video(file, "video/mp4", lambda: time.process_time() - since).frames:
        middle = sample.pixels if middle is None or len(samples) < 10 else middle
        faces = engine.find(sample.pixels)  # type: ignore[attr-defined]
        cuttings |= {id(face): cut_out(face, sample.pixels) for face in faces}
        samples.append(FrameFaces(sample.time_s, faces))
    for track in join_tracks(samples, []):
        for _, face in sorted(track.faces, key=lambda each: -each[1].quality.score)[:FACES_A_TRACK]:
            _encode(face, cuttings[id(face)], (CROP_PX, VEIL_PX))
    if middle is not None:
        _clean(middle)
    return len(samples)


def _encode(face: object, cutting: object, sizes: tuple[int, ...]) -> None:
    from workers.faces import crop

    for size in sizes:
        crop(face, cutting, size)  # type: ignore[arg-type]


def _clean(pixels: np.ndarray) -> None:
    from workers.media import PREVIEW_PX, PREVIEW_QUALITY, VEIL_PX, VEIL_QUALITY
    from workspace.analysis.derivatives import encode_derivative
    from workspace.analysis.near_duplicates import pdq

    pdq(pixels)
    encode_derivative(pixels, longest_side=PREVIEW_PX, quality=PREVIEW_QUALITY)
    encode_derivative(pixels, longest_side=VEIL_PX, quality=VEIL_QUALITY)


# The workers


@contextmanager
def running_house(home: Path, pack_dir: Path) -> Iterator[House]:
    """An empty house on embedded engines of its own."""
    with start_engines(home) as engines:
        urls = prepare_database(engines.database_url(SUPERUSER, "postgres"), "bench", engines.passwords)
        jobs.use_queue(engines.redis_url)
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
        environment = child_environment(values) | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        service = ensure_house(workers)
        app = Database(urls["concord_app"])
        yield House(
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


def new_operation(house: House) -> tuple[int, int, OperationKey]:
    """An open operation of one country: its id, a person who may bring material in, and its media key."""
    now, number = datetime.now(UTC), next(_numbers)
    with house.workers.write(house.service_id) as tx:
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
            master_key=load_or_create_master(house.key_file),
            is_exercise=True,
        )
        agency_id = create_agency(tx, country=COUNTRY, name=f"Unit {number}", kind="police")
        person_id = create_user(tx, agency_id=agency_id, name=f"{COUNTRY} · lead {number}")
        add_first_member(tx, operation_id, user_id=person_id, role="country_lead")
    with house.app.write(person_id) as tx:
        accept_terms(tx, operation_id)
        key = unwrap(load_or_create_master(house.key_file), wrapped_key(tx.session, operation_id), str(operation_id))
    return operation_id, person_id, key


def through_workers(house: House, workers: Sequence[Child], folder: Path) -> float:
    """Seconds from the bell to the last match of a folder's files in an operation of its own."""
    operation_id, person_id, key = new_operation(house)
    with house.app.write(person_id) as tx:
        exhibit_id = receive_exhibit(
            tx, operation_id, country=COUNTRY, label="E-1", kind="phone", case_reference="none", custodian="none"
        )
    # The workers stand still until all files are there: what is measured is their work, not this process beside them.
    for worker in workers:
        os.kill(worker.pid, signal.SIGSTOP)
    receive_folder(house.app, person_id, exhibit_id, find_files([folder]), store=open_store(house.media_url), key=key)
    os.sync()
    since = time.perf_counter()
    for worker in workers:
        os.kill(worker.pid, signal.SIGCONT)
    wait_until(lambda: _open_jobs(house, operation_id) == 0, 1800, "The workers did not finish.", interval_s=0.2)
    return time.perf_counter() - since


@contextmanager
def running_workers(house: House, warm_up: Path) -> Iterator[list[Child]]:
    """One worker a core, each of which has read something before."""
    workers = [
        Child(
            Program(f"worker-{n}", [sys.executable, "-m", "workers.run"], house.environment),
            house.home / "run" / "bench",
            house.home / "logs",
        )
        for n in range(CORES)
    ]
    try:
        wait_until(lambda: jobs.hearers() >= CORES, 60, "The workers did not start.")
        through_workers(house, workers, warm_up)
        with psycopg.connect(house.admin_url.replace("+psycopg", ""), autocommit=True) as admin:
            admin.execute("vacuum analyze")  # what autovacuum has done in a house that is older than a minute
        yield workers
    finally:
        for worker in workers:
            worker.stop()


def _open_jobs(house: House, operation_id: int) -> int:
    with house.workers.read(house.service_id) as view:
        return sum(jobs.outstanding(view.session, operation_id).values())


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less than 50 seconds")
    quick = parser.parse_args().quick
    pictures, videos, rounds = (12, 2, 2) if quick else (60, 8, 6)
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        make_material(folder / "material", pictures, videos)
        (folder / "warm").mkdir()
        for photo in sorted((folder / "material" / "photos").iterdir())[: 2 * CORES]:
            shutil.copy(photo, folder / "warm")
        pack_dir = build_default_pack(folder / "pack").directory
        print(f"{pictures} photos of 12 megapixels and {videos} clips of {CLIP_S} s, {rounds} rounds, {CORES} processes a side")
        with running_house(folder / "home", pack_dir) as house, running_workers(house, folder / "warm") as workers:
            bare = Bare(pack_dir)
            turns = {
                kind: list(_turns(house, workers, bare, folder / "material" / kind, rounds)) for kind in ("photos", "videos")
            }
            bare.stop()
    print(json.dumps(_figures(turns["photos"], turns["videos"])))


@dataclass(frozen=True)
class Turn:
    """One round: what each side took for the same files, how many pictures or frames they hold, and CPU seconds by program."""

    bare_s: float
    house_s: float
    seen: int
    cpu_s: dict[str, float]


def _turns(house: House, workers: Sequence[Child], bare: Bare, folder: Path, rounds: int) -> Iterator[Turn]:
    """The two sides take turns, and take turns in who begins; the other one waits for its turn without work."""
    paths, server = sorted(folder.iterdir()), server_pid(house.admin_url)
    pids = [worker.pid for worker in workers]
    bare.run(paths[:CORES])

    def spent() -> dict[str, float]:
        own = own_s(pids)
        return {
            "bare": own_s(process.pid or 0 for process in bare.processes),
            "workers": own,
            "sandbox": tree_s(pids) - own,
            "database": tree_s([server]),
        }

    for number in range(rounds):
        before = spent()
        first = through_workers(house, workers, folder) if number % 2 else 0.0
        bare_s, seen = bare.run(paths)
        house_s = first or through_workers(house, workers, folder)
        print(f"{folder.name}, round {number + 1}: bare {bare_s:.2f} s, workers {house_s:.2f} s")
        yield Turn(bare_s, house_s, seen, {part: after - before[part] for part, after in spent().items()})


def _figures(photos: Sequence[Turn], videos: Sequence[Turn]) -> dict[str, Any]:
    """Ratios are the median of the rounds': a noisy machine disturbs one round, not all.

    cpu_ratio compares CPU time; of the house's, what receiving the files took of the database is in it too.
    """
    cpu_s = {part: sum(turn.cpu_s[part] for turn in photos) for part in photos[0].cpu_s}
    seen = sum(turn.seen for turn in photos)
    return {
        "pictures_per_s": round(seen / sum(turn.house_s for turn in photos), 2),
        "frames_per_s": round(sum(turn.seen for turn in videos) / sum(turn.house_s for turn in videos), 2),
        "ratio": round(statistics.median(turn.bare_s / turn.house_s for turn in photos), 3),
        "frames_ratio": round(statistics.median(turn.bare_s / turn.house_s for turn in videos), 3),
        "cpu_ratio": round(cpu_s["bare"] / sum(took for part, took in cpu_s.items() if part != "bare"), 3),
        "cpu_ms_a_picture": {part: round(took * 1000 / seen) for part, took in cpu_s.items()},
        "bare_pictures_per_s": round(seen / sum(turn.bare_s for turn in photos), 2),
        "cores": CORES,
    }


if __name__ == "__main__":
    main()
