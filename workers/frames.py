"""Hashes the frames of videos, by which their copies are found: while a video is read, and of videos that were read
before, when nothing else waits."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from workers.tools import Effects, WorkerTools
from workspace.analysis.borders import Borders, borders_of
from workspace.analysis.derivatives import shrunk
from workspace.analysis.near_duplicates import MIN_QUALITY, pdq_in_all_turns
from workspace.commands.frames import FoundFrame, record_frames
from workspace.errors import Refused
from workspace.model import jobs
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.model.statements import statements

SQL = statements(__file__)

Pixels = npt.NDArray[np.uint8]

SMALL_PX = 320
"""Longer side of a frame that waits: 170 kB, 100 MB of a video of 600 samples with borders."""


def frame_of(time_s: float, pixels: Pixels) -> FoundFrame | None:
    """The hashes of a frame; None where it shows too little to be compared."""
    hashes, quality = pdq_in_all_turns(pixels)
    if quality < MIN_QUALITY:
        return None
    return FoundFrame(round(1000 * time_s), hashes[0], b"".join(hashes[1:]))


@dataclass
class FrameHasher:
    """Hashes the frames of a video, in their order, inside of the borders that all of them have: with black bars or
    without, a video has the same frames. While it may have borders each frame waits in small."""

    frames: list[FoundFrame] = field(default_factory=list)
    _small: list[tuple[float, Pixels]] = field(default_factory=list)
    _borders: Borders | None = None
    _may_have: bool = True

    def add(self, time_s: float, pixels: Pixels) -> None:
        """The next frame."""
        if (frame := frame_of(time_s, pixels)) is not None:
            self.frames.append(frame)
        borders = borders_of(pixels) if self._may_have else None
        if borders is None:
            return  # no borders any more; or of one colour, as before a title
        self._borders = borders if self._borders is None else self._borders.common(borders)
        self._may_have = not self._borders.are_none
        if self._may_have:
            self._small.append((time_s, shrunk(pixels, SMALL_PX)))
        else:
            self._small.clear()

    def found(self) -> list[FoundFrame]:
        """The frames that can be compared."""
        inside = [
            (time_s, part)
            for time_s, pixels in self._small
            if self._borders is not None and (part := self._borders.inside(pixels)) is not None
        ]
        without = [frame for time_s, part in inside if (frame := frame_of(time_s, np.ascontiguousarray(part)))]
        return without or self.frames


def hash_frames(tools: WorkerTools, job: Taken) -> Effects:
    """Hash the frames of a video that was read before, and have it matched. Job `hash_frames`, subject media item."""
    with tools.db.read(tools.service_id) as view:
        subject = view.session.execute(SQL["subject"], {"media": job.subject_id}).one_or_none()
        if subject is None:
            return lambda tx: None
        key = tools.key(view.session, job.operation_id)
    hasher = FrameHasher()
    # It was read once: what came out before it broke off is compared.
    with suppress(Refused), tools.store.memfd(subject.address, key) as descriptor:
        video = tools.decoder.video(descriptor)
        for time_s, pixels in video.frames:
            tools.steps += 1
            if video.track == 0:
                hasher.add(time_s, pixels)
    return lambda tx: _write(tx, job, hasher.found())


def _write(tx: Tx, job: Taken, frames: list[FoundFrame]) -> None:
    if record_frames(tx, job.subject_id, frames):
        jobs.want(tx, "match_media", job.subject_id, job.operation_id)
