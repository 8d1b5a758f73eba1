"""Opens the photographs that the installed wheels ship, and nothing else.

The exercise may show only these adults (two group and single portraits, one of them in the public domain) and these
objects. Must not import the packages that carry the photographs: one of them loads inference libraries.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

# name -> (package, pattern inside it). Patterns, because one file carries a person's name and no name stands here.
PHOTOGRAPHS = {
    "group": ("insightface", "data/images/t1.jpg"),
    "portrait": ("insightface", "data/images/*_54745.png"),
    "astronaut": ("skimage", "data/astronaut.png"),
    "brick": ("skimage", "data/brick.png"),
    "grass": ("skimage", "data/grass.png"),
    "gravel": ("skimage", "data/gravel.png"),
    "cup": ("skimage", "data/coffee.png"),
    "cat": ("skimage", "data/chelsea.png"),
    "rocket": ("skimage", "data/rocket.jpg"),
}


@cache
def photograph(name: str) -> Image.Image:
    """Return a photograph by our name for it, RGB.

    Raises:
        FileNotFoundError: the wheel that carries it is not installed, or no longer carries it.
    """
    package, pattern = PHOTOGRAPHS[name]
    spec = find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    found = sorted(path for folder in folders for path in Path(folder).glob(pattern))
    if not found:
        raise FileNotFoundError(f"{package} does not carry {pattern}")
    with Image.open(found[0]) as image:
        return image.convert("RGB")


def pixels_of(name: str) -> Floats:
    """Return a photograph as (H, W, 3) float32, RGB, 0 to 255."""
    return np.asarray(photograph(name), np.float32)
