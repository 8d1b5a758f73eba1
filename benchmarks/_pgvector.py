"""The same vectors in PostgreSQL with pgvector, for `benchmarks.search`: compared exactly, and by an HNSW index.

A server of its own, one process a search, half-precision vectors as rows keep them, `<#>` (the negative inner product).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psycopg

from benchmarks._machine import database_ms, server_pid
from workspace.host.engines import SUPERUSER, start_engines

Floats = npt.NDArray[np.float32]
AT_ONCE = 10_000
BEGIN = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
END = b"\xff\xff"
"""Of COPY in binary (PostgreSQL's documentation of COPY)."""
INDEX_MEMORY = "4GB"


@dataclass(frozen=True)
class Rows:
    """A table of numbered vectors, each in a compartment."""

    line: psycopg.Connection[tuple[int]]
    server: int

    def nearest(self, probe: Floats, most: int, open_to: Sequence[int] | None = None) -> list[int]:
        """The numbers of the nearest of a probe, (D,); in these compartments alone, if they are given."""
        where = "" if open_to is None else "where compartment = any (%(open_to)s)"
        asked = f"select number from vectors {where} order by vector <#> cast(%(probe)s as halfvec) limit %(most)s"
        values = {"probe": str(probe.tolist()), "most": most, "open_to": open_to}
        return [row[0] for row in self.line.execute(asked, values)]

    def cpu_ms(self) -> float:
        """Milliseconds that the server's processes have taken of processors so far."""
        return database_ms(self.server)

    def index(self) -> None:
        """From now on the nearest are looked for by HNSW, with pgvector's own settings."""
        self.line.execute(f"set maintenance_work_mem = '{INDEX_MEMORY}'")
        self.line.execute("create index on vectors using hnsw (vector halfvec_ip_ops)")
        self.line.execute("set enable_seqscan = off")


@contextmanager
def rows_of(vectors: Floats, compartments: int) -> Iterator[Rows]:
    """These vectors, (N, D), in a table; the first ones lie in compartment 0."""
    with tempfile.TemporaryDirectory(prefix="concord-vectors-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with start_engines(home, redis=False) as engines:
            url = engines.database_url(SUPERUSER, "postgres")
            with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as line:
                line.execute("create extension vector")
                line.execute(f"create table vectors (number int, compartment int, vector halfvec({vectors.shape[1]}))")
                line.execute("set max_parallel_workers_per_gather = 0")
                _fill(line, vectors, compartments)
                line.execute("vacuum analyze vectors")
                yield Rows(line, server_pid(url))


def _fill(line: psycopg.Connection[tuple[int]], vectors: Floats, compartments: int) -> None:
    count, dimension = vectors.shape
    ints = [(name, ">i4") for name in ("number_bytes", "number", "compartment_bytes", "compartment", "vector_bytes")]
    row = np.dtype([("fields", ">i2"), *ints, ("dimension", ">i2"), ("unused", ">i2"), ("vector", ">f2", dimension)])
    share = -(-count // compartments)
    with line.cursor().copy("copy vectors from stdin (format binary)") as copy:
        copy.write(BEGIN)
        for at in range(0, count, AT_ONCE):
            part = vectors[at : at + AT_ONCE]
            sent = np.zeros(len(part), row)
            sent["fields"], sent["number_bytes"], sent["compartment_bytes"] = 3, 4, 4
            sent["number"] = np.arange(at, at + len(part))
            sent["compartment"] = sent["number"] // share
            sent["vector_bytes"], sent["dimension"], sent["vector"] = 4 + 2 * dimension, dimension, part
            copy.write(sent.tobytes())
        copy.write(END)
