from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.analysis.clustering import MAX_DISTANCE, assign, centroid_with, cluster
from workspace.analysis.faces import FoundFace
from workspace.errors import Invalid

Vectors = npt.NDArray[np.float32]


def people(seed: int, count: int, spread: float = 0.6, dimension: int = 6) -> Vectors:
    """Noisy looks of a few people, so that some pairs are near and some are on the border."""
    random = np.random.default_rng(seed)
    faces = random.normal(size=(max(1, count // 4), dimension))
    raw = faces[random.integers(0, len(faces), count)] + spread * random.normal(size=(count, dimension))
    return (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Vectors, list[str], set[tuple[int, int]]]:
    count = draw(st.integers(1, 24))
    pictures = draw(st.lists(st.sampled_from("abcdefghijklmn"), min_size=count, max_size=count))
    pairs = draw(st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=8))
    return people(draw(st.integers(0, 2**32)), count), pictures, {(a, b) for a, b in pairs if a != b}


def partition(labels: npt.NDArray[np.int64]) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}


def by_definition(faces: Vectors, pictures: list[str], pairs: set[tuple[int, int]]) -> set[frozenset[int]]:
    """Average linkage as the textbook says it: join the two nearest clusters that may be joined, until none is near."""
    distances = 1 - faces.astype(np.float64) @ faces.astype(np.float64).T
    for a, b in itertools.permutations(range(len(faces)), 2):
        if pictures[a] == pictures[b] or (a, b) in pairs or (b, a) in pairs:
            distances[a, b] = np.inf
    clusters = [frozenset([place]) for place in range(len(faces))]
    while len(clusters) > 1:
        average, one, other = min(
            ((float(distances[np.ix_(sorted(a), sorted(b))].mean()), a, b) for a, b in itertools.combinations(clusters, 2)),
            key=lambda joined: joined[0],
        )
        if average > MAX_DISTANCE:
            break
        clusters = [cluster for cluster in clusters if cluster not in (one, other)] + [one | other]
    return set(clusters)


@given(situations())
def test_what_must_stay_apart_stays_apart(situation: tuple[Vectors, list[str], set[tuple[int, int]]]) -> None:
    faces, pictures, pairs = situation

    labels = cluster(faces, pictures, pairs)

    for a, b in itertools.combinations(range(len(faces)), 2):
        if pictures[a] == pictures[b] or (a, b) in pairs or (b, a) in pairs:
            assert labels[a] != labels[b]


@given(situations())
def test_the_batch_form_is_average_linkage(situation: tuple[Vectors, list[str], set[tuple[int, int]]]) -> None:
    assert partition(cluster(*situation)) == by_definition(*situation)


@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_the_faces_does_not_matter(
    situation: tuple[Vectors, list[str], set[tuple[int, int]]], random: st.DataObject
) -> None:
    faces, pictures, pairs = situation
    order = list(range(len(faces)))
    random.shuffle(order)  # type: ignore[attr-defined]
    moved = {old: new for new, old in enumerate(order)}

    shuffled = cluster(faces[order], [pictures[old] for old in order], {(moved[a], moved[b]) for a, b in pairs})

    assert partition(shuffled[[moved[old] for old in range(len(faces))]]) == partition(cluster(faces, pictures, pairs))


def test_labels_are_numbered_by_first_appearance() -> None:
    faces = np.eye(3, dtype=np.float32)[[2, 0, 2, 1]]

    assert cluster(faces, range(4), set()).tolist() == [0, 1, 0, 2]


def test_no_faces_are_no_persons() -> None:
    assert cluster(np.zeros((0, 8), np.float32), [], set()).tolist() == []


def test_a_face_without_a_picture_is_refused() -> None:
    with pytest.raises(Invalid):
        cluster(np.eye(2, dtype=np.float32), ["a"], set())


def test_two_equal_faces_of_one_picture_are_two_people() -> None:
    faces = np.repeat(np.eye(1, 8, dtype=np.float32), 4, axis=0)

    labels = cluster(faces, ["a", "a", "b", "b"], set())

    assert labels[0] != labels[1]
    assert labels[2] != labels[3]
    assert len(set(labels.tolist())) == 2


def test_the_six_people_of_a_group_are_six_persons(group_faces: list[FoundFace]) -> None:
    embeddings = np.stack([face.embedding for face in group_faces])

    assert len(set(cluster(np.r_[embeddings, embeddings], ["a"] * 6 + ["b"] * 6, set()).tolist())) == 6


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
