"""Joins the faces of a video's sampled frames into tracks: one face through one shot.

A track holds one person by construction: it takes at most one face per frame, it ends at a cut of the picture, and it
is closed when the face has been away. Must not decode video: it sees faces and times.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid4

import numpy as np
from scipy.optimize import linear_sum_assignment

from workspace.analysis.faces import FoundFace, overlap

# The three rules and their values were measured for this pack (docs/models.md, «What the code takes from
# measurements»).
SURE_COSINE: Final = 0.43
"""From this cosine on it is the same face, wherever it is in the frame: the pack's lead threshold."""
NEAR_COSINE: Final = 0.30
"""From this cosine on it is the same face if the boxes overlap by more than NEAR_OVERLAP too."""
NEAR_OVERLAP: Final = 0.1
"""Intersection over union of two boxes."""
CLOSED_AFTER_S: Final = 2.5
"""A track is closed after so long without its face."""


@dataclass(frozen=True, eq=False)
class FrameFaces:
    """The faces of one sampled frame."""

    time_s: float
    faces: list[FoundFace]


@dataclass(frozen=True, eq=False)
class FoundTrack:
    """One face through one shot; `faces` are in order of time, `best` has the highest quality."""

    id: UUID
    start_s: float
    end_s: float
    faces: list[tuple[float, FoundFace]]
    best: FoundFace


@dataclass(eq=False)  # two tracks are the same only if they are one object
class _OpenTrack:
    faces: list[tuple[float, FoundFace]] = field(default_factory=list)
    id: UUID = field(default_factory=uuid4)

    @property
    def last_s(self) -> float:
        return self.faces[-1][0]


class TrackJoiner:
    """Joins faces into tracks while the frames come, so that nobody need keep all faces of a video until its end."""

    def __init__(self) -> None:
        self._open: list[_OpenTrack] = []
        self._closed: list[_OpenTrack] = []

    def add(self, sample: FrameFaces, *, cut: bool = False) -> list[UUID]:
        """Give the faces of the next frame, in order of time, to tracks; returns for each of its faces the id of its
        track.

        cut: a new shot began after the frame before. Of all pairs of tracks and faces those with the highest sum of
        similarities are joined.
        """
        gone = [track for track in self._open if cut or sample.time_s - track.last_s > CLOSED_AFTER_S]
        self._closed += gone
        self._open = [track for track in self._open if track not in gone]
        return _extend(self._open, sample)

    def tracks(self) -> list[FoundTrack]:
        """All tracks so far, ordered by their start."""
        return sorted(map(_finished, self._closed + self._open), key=lambda track: (track.start_s, track.end_s))


def _extend(tracks: list[_OpenTrack], sample: FrameFaces) -> list[UUID]:
    """Give each face of a frame to an open track, or open one for it; returns whose each face became."""
    taken: dict[int, _OpenTrack] = {}
    if tracks and sample.faces:
        likeness = np.array([[_likeness(track, face) for face in sample.faces] for track in tracks])
        for which, face_at in zip(*linear_sum_assignment(likeness, maximize=True), strict=True):
            if likeness[which, face_at] > 0:
                tracks[which].faces.append((sample.time_s, sample.faces[face_at]))
                taken[int(face_at)] = tracks[which]
    for at, face in enumerate(sample.faces):
        if at not in taken:
            taken[at] = _OpenTrack([(sample.time_s, face)])
            tracks.append(taken[at])
    return [taken[at].id for at in range(len(sample.faces))]


def _likeness(track: _OpenTrack, face: FoundFace) -> float:
    """Return how well a face continues a track, by its last face; 0 means that it does not."""
    last = track.faces[-1][1]
    cosine = float(last.embedding @ face.embedding)
    shared = overlap(last.box, face.box)
    continues = cosine >= SURE_COSINE or (cosine >= NEAR_COSINE and shared > NEAR_OVERLAP)
    return cosine + shared if continues else 0.0


def _finished(track: _OpenTrack) -> FoundTrack:
    return FoundTrack(
        id=track.id,
        start_s=track.faces[0][0],
        end_s=track.last_s,
        faces=track.faces,
        best=max((face for _, face in track.faces), key=lambda face: face.quality.score),
    )
