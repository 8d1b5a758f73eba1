"""Hashes the frames of videos, by which their copies are found: while a video is read, and of videos that were read
before, when nothing else waits."""

from __future__ import annotations

import os

import numpy as np
import numpy.typing as npt

from workers.tools import Effects, WorkerTools
from workspace.analysis.near_duplicates import MIN_QUALITY, pdq_in_all_turns
from workspace.commands.frames import FoundFrame, record_frames
from workspace.errors import Refused
from workspace.model import jobs
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.model.statements import statements

SQL = statements(__file__)

Pixels = npt.NDArray[np.uint8]


def frame_of(time_s: float, pixels: Pixels) -> FoundFrame | None:
    """The hashes of a frame; None where it shows too little to be compared."""
    hashes, quality = pdq_in_all_turns(pixels)
    if quality < MIN_QUALITY:
        return None
    return FoundFrame(round(1000 * time_s), hashes[0], b"".join(hashes[1:]))


def hash_frames(tools: WorkerTools, job: Taken) -> Effects:
    """Hash the frames of a video that was read before, and have it matched. Job `hash_frames`, subject media item."""
    with tools.db.read(tools.service_id) as view:
        subject = view.session.execute(SQL["subject"], {"media": job.subject_id}).one_or_none()
        if subject is None:
            return lambda tx: None
        key = tools.key(view.session, job.operation_id)
    descriptor = tools.store.open_memfd(subject.address, key)
    frames: list[FoundFrame | None] = []
    try:
        video = tools.decoder.video(descriptor)
        for time_s, pixels in video.frames:
            tools.steps += 1
            if video.track == 0:
                frames.append(frame_of(time_s, pixels))
    except Refused:
        pass  # It was read once: what came out before it broke off is compared.
    finally:
        os.close(descriptor)
    return lambda tx: _write(tx, job, [each for each in frames if each is not None])


def give_up_frames(tx: Tx, job: Taken) -> None:
    """Say of a video on which every attempt ended that it has no frames, so that it is not asked for again."""
    record_frames(tx, job.subject_id, [])


def _write(tx: Tx, job: Taken, frames: list[FoundFrame]) -> None:
    if record_frames(tx, job.subject_id, frames):
        jobs.want(tx, "match_media", job.subject_id, job.operation_id)
