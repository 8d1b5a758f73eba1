"""Run by `benchmarks.search` with the Python of an environment that has usearch, milvus-lite and pymilvus.

`_vector_peers.py FILE`: an .npz of `vectors`, (N, D), `probes`, (P, D), `nearest`, (P, 10) and `filtered`, (P, 10), the
numbers of the ten nearest by exact comparison, of all and of the vectors below the number `open_to`. Knows nothing of
Concord. Prints one JSON object: by peer the processor milliseconds of a search, its recall and what building took.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

NEAREST = 10
AT_ONCE = 5_000
EVERY = ""
Ask = Callable[[Any, str], list[int]]


def main(file: str) -> None:
    """Build one peer after the other, and search with all probes."""
    given = np.load(file)
    found = {}
    for make in (usearch, milvus):
        for name, build_s, ask in make(given):
            asked = {"": _measured(ask, given["probes"], given["nearest"], EVERY)}
            if make is milvus:
                asked["filtered_"] = _measured(ask, given["probes"], given["filtered"], f"number < {given['open_to']}")
            found[name] = {f"{of}{key}": value for of, each in asked.items() for key, value in each.items()}
            found[name]["build_s"] = round(build_s, 1)
    print(json.dumps(found))


def usearch(given: Any) -> Iterator[tuple[str, float, Ask]]:
    """A byte a component: all compared, and by its HNSW with its own settings. It has no filter."""
    index = import_module("usearch.index").Index(ndim=given["vectors"].shape[1], metric="ip", dtype="i8")
    since = time.process_time()
    index.add(np.arange(len(given["vectors"])), given["vectors"], threads=1)
    build_s = time.process_time() - since

    def ask(probe: Any, _: str, *, exact: bool) -> list[int]:
        return [int(each) for each in index.search(probe, NEAREST, exact=exact, threads=1).keys]

    for name, exact in (("usearch_exact", True), ("usearch_hnsw", False)):
        yield name, build_s, partial(ask, exact=exact)


def milvus(given: Any) -> Iterator[tuple[str, float, Ask]]:
    """Milvus Lite, exactly and by HNSW: the client and the server lie in this process."""
    library = import_module("pymilvus")
    with tempfile.TemporaryDirectory() as folder:
        client = library.MilvusClient(str(Path(folder) / "vectors.db"))
        schema = client.create_schema(auto_id=False)
        schema.add_field("number", library.DataType.INT64, is_primary=True)
        schema.add_field("vector", library.DataType.FLOAT_VECTOR, dim=given["vectors"].shape[1])
        for kind, params in (("FLAT", {}), ("HNSW", {"M": 16, "efConstruction": 200})):
            since = time.process_time()
            index = client.prepare_index_params()
            index.add_index("vector", index_type=kind, metric_type="IP", params=params)
            client.create_collection(kind, schema=schema, index_params=index)
            for at in range(0, len(given["vectors"]), AT_ONCE):
                part = given["vectors"][at : at + AT_ONCE]
                client.insert(kind, [{"number": at + nth, "vector": each} for nth, each in enumerate(part)])
            client.flush(kind)
            client.load_collection(kind)

            def ask(probe: Any, narrowed: str, kind: str = kind) -> list[int]:
                return [each["number"] for each in client.search(kind, data=[probe], limit=NEAREST, filter=narrowed)[0]]

            yield f"milvus_lite_{kind.lower()}", time.process_time() - since, ask
        client.close()


def _measured(ask: Ask, probes: Any, nearest: Any, narrowed: str) -> dict[str, float]:
    ask(probes[0], narrowed)
    spent, hits = [], 0
    for probe, true in zip(probes, nearest, strict=True):
        since = time.process_time()
        found = ask(probe, narrowed)
        spent.append((time.process_time() - since) * 1000)
        hits += len(set(true.tolist()) & set(found))
    return {"cpu_ms": round(median(spent), 2), "recall_at_10": round(hits / nearest.size, 3)}


if __name__ == "__main__":
    main(sys.argv[1])
