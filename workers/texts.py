"""Reads the text in a medium: decodes it in the sandbox once more, and looks for letters in what comes out.

Done last of all, when nothing else waits. Of a video a few frames are looked at, spread over its length.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from workers.tools import Effects, WorkerTools
from workspace.analysis.texts import READER
from workspace.commands.texts import ReadText, record_texts
from workspace.errors import Refused
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.model.statements import statements

SQL = statements(__file__)

EVERY_S = 5.0
"""Between two frames of a video: a sign is in sight for some seconds."""
MOST_FRAMES = 24
"""Of a video, so that it keeps a worker for half a minute at most."""

Pixels = npt.NDArray[np.uint8]


def read_text(tools: WorkerTools, job: Taken) -> Effects:
    """Look for text in a medium. Job `read_text`, subject media item."""
    with tools.db.read(tools.service_id) as view:
        subject = view.session.execute(SQL["subject"], {"media": job.subject_id}).one_or_none()
        if subject is None:
            return lambda tx: None
        key = tools.key(view.session, job.operation_id)
    lines: list[ReadText] = []
    is_whole = True
    try:
        with tools.store.memfd(subject.address, key) as descriptor:
            for at_s, pixels in _pictures(tools, subject.kind, descriptor):
                tools.steps += 1
                for line in tools.text_reader.read(pixels):
                    if at_s is None or line.text not in {known.body for known in lines}:
                        lines.append(ReadText(at_s, list(line.box), line.text, line.score))
    except Refused:
        is_whole = False
    return lambda tx: record_texts(tx, job.subject_id, lines, reader=READER, is_whole=is_whole)


def give_up_texts(tx: Tx, job: Taken) -> None:
    """Say of a medium on which every attempt ended that it was not looked at as a whole."""
    record_texts(tx, job.subject_id, [], reader=READER, is_whole=False)


def _pictures(tools: WorkerTools, kind: str, descriptor: int) -> Iterator[tuple[float | None, Pixels]]:
    """A photo's first picture, or frames of a video with their times. Raises Refused."""
    if kind == "photo":
        yield None, tools.decoder.picture(descriptor).pixels
        return
    video = tools.decoder.video(descriptor)
    every = max(EVERY_S, video.duration_s / MOST_FRAMES)
    due = last = 0.0
    for time_s, pixels in video.frames:
        # A further track of the file begins at its own beginning.
        if time_s >= due or time_s < last:
            yield time_s, pixels
            due = time_s + every
        last = time_s
