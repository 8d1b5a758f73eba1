"""Groups the faces of one compartment into persons, one new face at a time.

Two rules are hard and no similarity overrules them: two faces of one picture are two people, and a pair that an
examiner rejected is never put together again. A face is compared with the mean of all members, so that one lookalike
does not chain two people together. Must not see faces of two compartments at once: that is the
caller's part, for what is hidden must not shape what is seen.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
import numpy.typing as npt

from workspace.errors import Invalid

Vectors = npt.NDArray[np.float32]

# 1,580 photographs of 158 people (Labeled Faces in the Wild), this pack, grouped at once by average linkage: pairwise
# precision .997, recall .980. `make bench NAME=faces ARGS="--data …"` measures what one face at a time gives.
MAX_DISTANCE: Final = 0.55


def assign(
    face: Vectors, centroids: Vectors, counts: npt.NDArray[np.int64], forbidden: Collection[int], min_cosine: float
) -> int | None:
    """Return the position of the person that a new face belongs to, or None if it is a new person.

    face: (D,) L2 norm 1. centroids: (P, D), the plain mean of each person's embeddings, not brought to norm 1: its
    product with the face is then the mean cosine to all members. counts: (P,) how many faces each has; among equal
    scores the larger person wins, then the earlier. forbidden: persons that have a face in the same picture, or from
    whom this face was rejected. min_cosine: in production 1 - MAX_DISTANCE.
    """
    if centroids.shape != (len(counts), len(face)):
        raise Invalid(
            f"A face of {len(face)} numbers cannot be assigned to centroids of shape {centroids.shape}.",
            faults=["the centroids have another shape"],
        )
    scores = centroids @ face
    allowed = [place for place in range(len(counts)) if place not in forbidden and scores[place] >= min_cosine]
    return max(allowed, key=lambda place: (float(scores[place]), int(counts[place]), -place), default=None)


def centroid_with(centroid: Vectors, count: int, face: Vectors) -> Vectors:
    """Return the centroid of a person of `count` faces after one more is added (a plain mean, as `assign` wants it)."""
    return np.asarray((centroid.astype(np.float64) * count + face) / (count + 1), np.float32)
