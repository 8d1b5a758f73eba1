"""One built pack and one loaded engine a test process, and the photographs that the installed wheels carry."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from workspace.analysis.faces import FaceEngine, FoundFace
from workspace.analysis.pack import Pack, build_default_pack


def photograph(package: str, *parts: str) -> npt.NDArray[np.uint8]:
    """Return a photograph that ships in an installed wheel, (H, W, 3) uint8 RGB."""
    with as_file(files(package).joinpath(*parts)) as path, Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


@pytest.fixture(scope="session")
def group() -> npt.NDArray[np.uint8]:
    """Six adults at a table, 1280 x 886."""
    return photograph("insightface", "data", "images", "t1.jpg")


@pytest.fixture(scope="session")
def portrait() -> npt.NDArray[np.uint8]:
    """One adult, 512 x 512, public domain."""
    return photograph("skimage", "data", "astronaut.png")


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return build_default_pack(Path(tmp_path_factory.mktemp("packs")) / "default")


@pytest.fixture(scope="session")
def engine(pack: Pack) -> FaceEngine:
    return FaceEngine(pack)


@pytest.fixture(scope="session")
def group_faces(engine: FaceEngine, group: npt.NDArray[np.uint8]) -> list[FoundFace]:
    return engine.find(group)
