"""What a command that takes several sittings writes down, an object on each line, and reads at its next start."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def written_down(file: Path | None) -> Iterator[dict[str, Any]]:
    """What earlier sittings wrote; a line that was cut when one of them was ended is left out."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file and file.exists() else []
    return (json.loads(line) for line in lines if line.endswith("}\n"))


def write_down(file: Path | None, said: Mapping[str, object]) -> None:
    """Add a line, where there is a file; behind one that was cut too."""
    if file is None:
        return
    was_cut = file.exists() and file.read_bytes()[-1:] not in (b"", b"\n")
    with file.open("a", encoding="utf-8") as lines:
        lines.write("\n" * was_cut + json.dumps(said) + "\n")
