"""How fast a file of the VICS shape is read and written again, and what memory that takes: a case of 200,000 records
(--quick 20,000) is read for its hashes as a list, read as an exhibit's case, and written again unchanged and with a
change in each tenth record; each in a process of its own, as a worker or the web does it.

What was written is compared with what came by a reader of its own, which knows the public description alone: Python's
JSON.

Prints one JSON object as its last line, and ends with 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from workspace.exchange.vics import read_list
from workspace.exchange.vics_kept import read_case, written_again

MOST_MB = 200
EACH = 10
CHANGED = 99
AGAIN = {False: ".same.json", True: ".changed.json"}


def write_case(path: Path, records: int) -> None:
    """A case as tools write it: a thousand bytes a record, with keys that nobody knows."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"odata.metadata": "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Cases", "value": [')
        file.write('{"CaseID": "{c}", "CaseNumber": "C-1", "TotalMediaFiles": 1, "Media": [')
        for number in range(records):
            digest = f"{number:032x}".replace("0", "f")
            record = {
                "MediaID": number,
                "Category": number % 6,
                "MD5": digest.upper() if number % 2 else digest,
                "SHA1": digest + digest[:8],
                "MediaSize": str(number),
                "VictimIdentified": "false",
                "Comments": "é" * 100,
                "Odd": {"kept": [1, 2.5, None, True]},
                "MediaFiles": [{"MD5": digest, "FileName": f"{number}.jpg", "FilePath": "C:\\Users\\x\\Pictures"}],
            }
            file.write(("," if number else "") + json.dumps(record))
        file.write("]}]}")


def read_alone(path: Path) -> dict[str, float]:
    """Read it in this process, which does nothing else."""
    before = time.perf_counter()
    with path.open("rb") as file:
        found = read_list(file, "us_legacy")
    return {"seconds": time.perf_counter() - before, "hashes": len(found), "faults": found.fault_count}


def keep_alone(path: Path) -> dict[str, float]:
    """Read it as the case of an exhibit."""
    before = time.perf_counter()
    with path.open("rb") as file:
        found = read_case(file)
    return {"seconds": time.perf_counter() - before, "records": len(found.records), "faults": found.fault_count}


def write_alone(path: Path, *, changes: int) -> dict[str, float]:
    """Write it again beside it, with so many records changed."""
    before = time.perf_counter()
    changed = {place * EACH: {"Category": CHANGED} for place in range(1, changes + 1)}
    with path.open("rb") as file, path.with_suffix(AGAIN[changes > 0]).open("wb") as out:
        for part in written_again(file, changed):
            out.write(part)
    return {"seconds": time.perf_counter() - before}


def is_equal(path: Path, again: Path, changed: set[int]) -> bool:
    """Whether a file says what the other said, in its order, but for the category of the records that were changed."""
    came, wrote = (json.loads(each.read_bytes()) for each in (path, again))
    for place, record in enumerate(came["value"][0]["Media"], start=1):
        if place in changed:
            record["Category"] = CHANGED
    return json.dumps(came) == json.dumps(wrote)


def alone(path: Path, what: str, changes: int = 0) -> dict[str, float]:
    """Do one of them in a process of its own; with the most memory that it held."""
    asked = [sys.executable, "-m", "benchmarks.vics", f"--{what}", str(path), "--changes", str(changes)]
    done = subprocess.run(asked, capture_output=True, check=True, text=True)
    return dict(json.loads(done.stdout))


def measured(arguments: argparse.Namespace) -> dict[str, float] | None:
    """What this process is asked for alone, if it is."""
    found = None
    if arguments.read:
        found = read_alone(arguments.read)
    if arguments.keep:
        found = keep_alone(arguments.keep)
    if arguments.write:
        found = write_alone(arguments.write, changes=arguments.changes)
    if found is not None:
        found["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def main() -> int:
    """Make the case, read and write it in processes of their own, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    for each in ("--read", "--keep", "--write"):
        parser.add_argument(each, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--changes", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if (found := measured(arguments)) is not None:
        print(json.dumps(found))
        return 0
    records = 20_000 if arguments.quick else 200_000
    with tempfile.TemporaryDirectory(prefix="concord-vics-") as folder:
        path = Path(folder) / "case.json"
        write_case(path, records)
        size_mb = path.stat().st_size / (1 << 20)
        read, kept, same = (alone(path, what) for what in ("read", "keep", "write"))
        changed = alone(path, "write", records // EACH)
        places = {place * EACH for place in range(1, records // EACH + 1)}
        equal = is_equal(path, path.with_suffix(AGAIN[False]), set()) and is_equal(
            path, path.with_suffix(AGAIN[True]), places
        )
    print(f"{records} records, {size_mb:.0f} MiB, {read['hashes']:.0f} hashes, {read['faults']:.0f} faults")
    memory = {"read": read, "keep": kept, "write": same, "write_changed": changed}
    print("memory in MB: " + ", ".join(f"{name} {each['memory_mb']:.0f}" for name, each in memory.items()))
    figures = {
        "records": records,
        "read_per_s": round(records / read["seconds"]),
        "keep_per_s": round(records / kept["seconds"]),
        "write_per_s": round(records / same["seconds"]),
        "memory_mb": round(max(each["memory_mb"] for each in memory.values())),
        "round_trip_equal": equal,
    }
    print(json.dumps(figures))
    return 0 if figures["memory_mb"] < MOST_MB and equal else 1


if __name__ == "__main__":
    sys.exit(main())
