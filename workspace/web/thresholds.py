"""The thresholds of the face pack in use, read from its manifest: numbers only, no model is loaded here.

analysis/pack.py verifies a pack before a model of it is used; the web compares vectors that are in the rows already.
"""

from __future__ import annotations

import json
from pathlib import Path

from workspace.errors import Unavailable
from workspace.queries.search import Thresholds


def thresholds_of(pack_dir: Path, model_digest: str) -> Thresholds:
    """The thresholds that were measured for the recogniser with this SHA-256.

    Raises:
        Unavailable: the pack in use has another recogniser, or there is none: its numbers would mean nothing here.
    """
    path = pack_dir / "manifest.json"
    manifest = json.loads(path.read_bytes()) if path.is_file() else {}
    recogniser = manifest.get("tasks", {}).get("recognition", {}).get("sha256")
    if recogniser != model_digest:
        raise Unavailable("The face pack that made this face's vector is not the one in use.", reason="other_pack")
    return Thresholds(float(manifest["thresholds"]["lead"]), float(manifest["thresholds"]["strong"]))
