"""Run by `benchmarks.peers` with the Python of an environment in which DeepFace is installed: `_deepface.py PHOTO…`.

Knows nothing of Concord. Prints one JSON object: processor seconds and faces found over the photos, each described as
DeepFace's README does it. Weights lie in DEEPFACE_HOME; nothing is downloaded.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module


def main(photos: list[str]) -> None:
    """Describe the first photo once before the clock runs, then all."""
    import_module("cv2").setNumThreads(1)
    deepface = import_module("deepface.DeepFace")

    def faces_in(photo: str) -> int:
        found = deepface.represent(photo, model_name="SFace", detector_backend="yunet", enforce_detection=False)
        return sum(face["face_confidence"] > 0 for face in found)  # without a face it describes the whole picture

    faces_in(photos[0])
    since = time.process_time()
    faces = sum(map(faces_in, photos))
    print(json.dumps({"cpu_s": time.process_time() - since, "faces": faces}))


if __name__ == "__main__":
    main(sys.argv[1:])
