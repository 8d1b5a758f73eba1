from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.analysis.clustering import assign, centroid_with
from workspace.errors import Invalid

Vectors = npt.NDArray[np.float32]


def people(seed: int, count: int, spread: float = 0.6, dimension: int = 6) -> Vectors:
    """Noisy looks of a few people, so that some pairs are near and some are on the border."""
    random = np.random.default_rng(seed)
    faces = random.normal(size=(max(1, count // 4), dimension))
    raw = faces[random.integers(0, len(faces), count)] + spread * random.normal(size=(count, dimension))
    return (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)


@given(st.integers(0, 2**32), st.integers(0, 12), st.sets(st.integers(0, 11)), st.floats(-1, 1))
def test_a_new_face_goes_to_the_best_allowed_person(seed: int, persons: int, forbidden: set[int], least: float) -> None:
    members = [people(seed + place, 1 + place % 3) for place in range(persons)]
    centroids = np.array([faces.mean(axis=0) for faces in members], np.float32).reshape(persons, 6)
    face = people(seed + 99, 1)[0]

    chosen = assign(face, centroids, np.array([len(faces) for faces in members]), forbidden, least)

    means = {place: float((faces @ face).mean()) for place, faces in enumerate(members) if place not in forbidden}
    best = max(means.values(), default=-2.0)
    if chosen is None:
        assert best < least + 1e-6
    else:
        assert chosen not in forbidden
        assert means[chosen] == pytest.approx(best, abs=1e-6)
        assert best >= least - 1e-6


def test_among_equal_persons_the_larger_wins() -> None:
    face = np.eye(1, 4, dtype=np.float32)[0]

    assert assign(face, np.stack([face, face, face]), np.array([1, 5, 5]), set(), 0.4) == 1
    assert assign(face, np.stack([face, face, face]), np.array([1, 5, 5]), {1}, 0.4) == 2
    assert assign(face, np.stack([face]), np.array([1]), {0}, 0.4) is None


def test_centroids_of_another_recogniser_are_refused() -> None:
    with pytest.raises(Invalid, match="assigned"):
        assign(np.zeros(4, np.float32), np.zeros((2, 8), np.float32), np.array([1, 1]), set(), 0.4)


def test_a_centroid_that_grows_stays_the_mean() -> None:
    faces = people(3, 9)
    centroid = faces[0]

    for count in range(1, 9):
        centroid = centroid_with(centroid, count, faces[count])

    np.testing.assert_allclose(centroid, faces.mean(axis=0), atol=1e-6)
