"""Whether the persons that come out depend on the order in which faces came, and how long a compartment is held.

python -m benchmarks.persons [--quick] [--data FOLDER]

Faces of known adults (a folder of photographs for each; without --data one beside the checkout, `../shared/data/faces`,
and the photographs of the wheels) are given to persons one by one, as workers do it, in several random orders. Each
grouping is compared with the others, with what grouping all at once gives (average linkage at the same threshold), and
with whose the faces are, by pairs of faces: of the pairs that either joins, the share that both join. Faces that two
persons would have taken within TIE are ties; what people are asked («May be the same») is what a list of likely
pairs would still join. Then a medium with six faces is written into a compartment of 10,000 persons, with the
comparison before the compartment is held, as it is done, and while it is held. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt
import psycopg

from benchmarks.faces import photograph, wheel_photographs
from tests.support.operation import TestOperation
from tests.support.owner import know_owner
from workers.persons import Sighting, gather, give_to_persons, look_for_persons
from workspace.analysis.clustering import MAX_DISTANCE
from workspace.analysis.faces import FaceEngine, FoundFace
from workspace.analysis.pack import build_default_pack, load_pack
from workspace.analysis.quality import matched_automatically
from workspace.commands.locks import hold
from workspace.commands.readings import FoundFaceRow, PersonRow
from workspace.host.engines import SUPERUSER, prepare_database, start_engines
from workspace.host.progress import progress
from workspace.model.database import Database

BESIDE = Path("../shared/data/faces")
QUICK = (30, 5, 6)
WHOLE = (1_000, 1_000, 20)
"""People, photographs of each, orders."""
TIE = 0.02
"""Cosine. Two persons whose means are so near to one face take it by the order in which they came."""
PERSONS, FACES, ROUNDS = 10_000, 6, 7

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


def known_faces(engine: FaceEngine, data: Path | None, people: int, photographs: int) -> tuple[list[FoundFace], Labels]:
    """The good middle face of each photograph, and whose it is; every good face of the wheels' photographs, of people
    of their own."""
    faces, whose = [], []
    folders = [folder for folder in sorted(data.iterdir()) if folder.is_dir()][:people] if data else []
    paths = [(n, path) for n, folder in enumerate(folders) for path in sorted(folder.iterdir())[:photographs]]
    for number, path in progress("reading", unit="photographs", over=paths):
        pixels = photograph(path)
        middle = np.array(pixels.shape[1::-1]) / 2
        found = [face for face in engine.find(pixels) if matched_automatically(face.quality)]
        if found:
            faces.append(min(found, key=lambda each: float(np.hypot(*(each.box.reshape(2, 2).mean(axis=0) - middle)))))
            whose.append(number)
    for pixels in wheel_photographs():
        for face in engine.find(pixels):
            if matched_automatically(face.quality):
                faces.append(face)
                whose.append(len(folders) + len(faces))
    return faces, np.array(whose)


def row_of(quality: float = 1.0, digest: str = "1" * 64) -> FoundFaceRow:
    return FoundFaceRow(
        [0.0] * 4,
        [0.0] * 10,
        1,
        1,
        1.0,
        quality,
        "good",
        1.0,
        0.0,
        0.0,
        1.0,
        None,
        "bench",
        digest,
        128,
        "none",
        "none",
    )


def one_by_one(faces: Sequence[FoundFace], order: Sequence[int]) -> tuple[Labels, dict[UUID, PersonRow], int]:
    """The persons that come out in an order: of each face, as they are at the end, and how many faces were ties."""
    persons: dict[UUID, PersonRow] = {}
    whose: dict[int, UUID] = {}
    ties = 0
    for place in order:
        vector = np.asarray(faces[place].embedding, np.float32)
        reached = sorted((float(np.dot(each.centroid, vector)) for each in persons.values()), reverse=True)[:2]
        ties += len(reached) == 2 and reached[1] >= 1 - MAX_DISTANCE and reached[0] - reached[1] < TIE
        (one,) = gather([Sighting((row_of(faces[place].quality.score),), vector[None])], persons)
        persons[one.person.id] = one.person
        whose[place] = one.person.id
    numbers = {person: number for number, person in enumerate(persons)}
    return np.array([numbers[whose[place]] for place in range(len(faces))]), persons, ties


def all_at_once(faces: Sequence[FoundFace]) -> Labels:
    """Average linkage: the two groups whose mean cosine is highest are joined, down to the threshold."""
    sums = np.stack([face.embedding for face in faces]).astype(np.float64)
    counts, labels = np.ones(len(faces)), np.arange(len(faces))
    alike = sums @ sums.T
    np.fill_diagonal(alike, -np.inf)
    while True:
        one, other = np.unravel_index(int(alike.argmax()), alike.shape)
        if alike[one, other] < 1 - MAX_DISTANCE:
            return labels
        sums[one], counts[one] = sums[one] + sums[other], counts[one] + counts[other]
        labels[labels == other] = one
        row = (sums @ sums[one]) / (counts * counts[one])
        row[np.isneginf(alike[one])] = -np.inf
        row[[one, other]] = -np.inf
        alike[one], alike[:, one] = row, row
        alike[other], alike[:, other] = -np.inf, -np.inf


def proposed(labels: Labels, persons: dict[UUID, PersonRow]) -> Labels:
    """The grouping when people say «the same» to every pair of persons whose faces agree on average."""
    means = np.stack([each.centroid for each in persons.values()])
    joined = labels.copy()
    for one, other in np.argwhere(np.triu(means @ means.T, 1) >= 1 - MAX_DISTANCE):
        joined[joined == joined[labels == other][0]] = joined[labels == one][0]
    return joined


def agreement(one: Labels, other: Labels) -> float:
    """Of the pairs of faces that either grouping joins, the share that both join."""
    upper = np.triu_indices(len(one), 1)
    mine, theirs = ((each[:, None] == each[None])[upper] for each in (one, other))
    either = int((mine | theirs).sum())
    return float((mine & theirs).sum()) / either if either else 1.0


def grouping(faces: Sequence[FoundFace], whose: Labels, orders: int) -> dict[str, Any]:
    random = np.random.default_rng(5)
    rounds = [one_by_one(faces, random.permutation(len(faces)).tolist()) for _ in range(orders)]
    found, whole = [labels for labels, _, _ in rounds], all_at_once(faces)
    between = [agreement(one, other) for one, other in combinations(found, 2)]
    after = [proposed(labels, persons) for labels, persons, _ in rounds]
    truth = (whose[:, None] == whose[None])[np.triu_indices(len(whose), 1)]
    pairs = [(each[:, None] == each[None])[np.triu_indices(len(each), 1)] for each in found]
    return {
        "faces": len(faces),
        "people": len(set(whose.tolist())),
        "orders": orders,
        "persons": [int(np.median([len(set(each.tolist())) for each in found])), len(set(whole.tolist()))],
        "agreement_orders": round(statistics.mean(between), 4),
        "agreement_orders_least": round(min(between), 4),
        "agreement_all_at_once": round(statistics.mean(agreement(each, whole) for each in found), 4),
        "agreement_with_proposals": round(statistics.mean(agreement(each, whole) for each in after), 4),
        "ties_per_order": round(statistics.mean(ties for _, _, ties in rounds), 1),
        "precision": round(statistics.mean(float((each & truth).sum() / max(1, each.sum())) for each in pairs), 4),
        "recall": round(statistics.mean(float((each & truth).sum() / max(1, truth.sum())) for each in pairs), 4),
    }


def held_ms(owner: str, urls: dict[str, str]) -> dict[str, float]:
    """How long a compartment is held, with the comparison before and while; the median of ROUNDS."""
    know_owner(urls)
    workers = Database(urls["concord_worker"], waits_for_disk=False)
    operation = TestOperation(workers, countries=("EC", "PE"))
    compartment = operation.compartment("EC")
    with psycopg.connect(owner.replace("+psycopg", ""), autocommit=True) as line:
        line.execute(
            "insert into person (operation_id, compartment_id, number, face_count, centroid, model_digest) "
            "select %s, %s, n + 1000000, 3, array(select (random() - .5) / 4 + n * 0 from generate_series(1, "
            "128))::halfvec, %s "
            "from generate_series(1, %s) n",
            (operation.id, compartment, "1" * 64, PERSONS),
        )
        line.execute("analyze person")
    random = np.random.default_rng(3)
    taken: dict[str, list[float]] = {"before": [], "while": []}
    for _ in range(ROUNDS):
        for how, times in taken.items():
            vectors = random.normal(size=(FACES, 128)).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            seen = [Sighting((replace(row_of(), id=uuid4()),), vector[None], view=-1) for vector in vectors]
            with workers.read(operation.service_id) as view:
                nearby = look_for_persons(view.session, compartment, seen)
            with workers.write(operation.service_id) as tx:
                hold(tx, "persons", [compartment])
                since = time.perf_counter()
                if how == "while":
                    nearby = look_for_persons(tx.session, compartment, seen)
                give_to_persons(tx, operation.id, compartment, seen, nearby)
            times.append(1000 * (time.perf_counter() - since))
    workers.dispose()
    return {
        "held_ms": round(statistics.median(taken["before"]), 1),
        "held_comparing_ms": round(statistics.median(taken["while"]), 1),
    }


def main() -> int:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="30 people, five photographs of each, six orders")
    parser.add_argument(
        "--data", type=Path, default=BESIDE if BESIDE.is_dir() else None, help="a folder for each person"
    )
    options = parser.parse_args()
    people, photographs, orders = QUICK if options.quick else WHOLE
    with tempfile.TemporaryDirectory(prefix="concord-persons-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        engine = FaceEngine(load_pack(build_default_pack(home / "pack").directory))
        found = grouping(*known_faces(engine, options.data, people, photographs), orders)
        with start_engines(home) as engines:
            urls = prepare_database(engines.database_url(SUPERUSER, "postgres"), "persons", engines.passwords)
            found |= held_ms(engines.database_url(SUPERUSER, "persons"), urls)
    print(json.dumps(found | {"machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
