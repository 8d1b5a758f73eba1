"""How fast a file of the VICS shape is read, and what memory that takes: a case of 200,000 records (--quick 50,000) is
read for its hashes in a process of its own, as a worker reads it, and written again without and with changes.

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

MOST_MB = 200


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
    seconds = time.perf_counter() - before
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "hashes": len(found), "faults": found.fault_count, "memory_mb": peak_mb}


def main() -> int:
    """Make the case, read it in a process of its own, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        print(json.dumps(read_alone(arguments.read)))
        return 0
    records = 50_000 if arguments.quick else 200_000
    with tempfile.TemporaryDirectory(prefix="concord-vics-") as folder:
        path = Path(folder) / "case.json"
        write_case(path, records)
        alone = subprocess.run(
            [sys.executable, "-m", "benchmarks.vics", "--read", str(path)], capture_output=True, check=True, text=True
        )
        read = json.loads(alone.stdout)
        size_mb = path.stat().st_size / (1 << 20)
    print(f"{records} records, {size_mb:.0f} MiB, {read['hashes']:.0f} hashes, {read['faults']:.0f} faults")
    figures = {
        "records": records,
        "read_per_s": round(records / read["seconds"]),
        "memory_mb": round(read["memory_mb"]),
    }
    print(json.dumps(figures))
    return 0 if figures["memory_mb"] < MOST_MB else 1


if __name__ == "__main__":
    sys.exit(main())
