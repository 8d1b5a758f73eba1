"""Makes playable copies of videos, those inside photos too, and takes stills out of them: the original is decoded in
the sandbox, and what comes out is encoded anew from plain pixels.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from workers.tools import Effects, WorkerTools
from workspace.analysis.derivatives import encode_png
from workspace.analysis.proxies import MAX_COPY_BYTES, Copies, Strip, StripMaker, chunks_of, encode_copies
from workspace.analysis.sandbox.client import Decoder
from workspace.commands.films import (
    MadeCopy,
    note_copy_progress,
    record_copy,
    record_still,
    record_strip,
    refuse_copy,
    refuse_still,
)
from workspace.commands.lines import Arrival
from workspace.errors import Refused
from workspace.intake.reception import path_as_listed, take_stream
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.model.statements import rows_as, statements
from workspace.queries.films import FilmJob, StillJob, StillLine
from workspace.rules.paths import is_text
from workspace.store.keys import OperationKey
from workspace.store.objects import MediaStore

SQL = statements(__file__)
PROGRESS_EVERY_S = 2.0
Wanted = TypeVar("Wanted", FilmJob, StillJob)


def make_copy(tools: WorkerTools, job: Taken) -> Effects:
    """Make a playable copy of a video. Job `make_copy`, subject video copy."""
    with tools.db.read(tools.service_id) as view:
        wanted = _wanted(view.session, FilmJob, job.subject_id)
        if wanted is None:
            return lambda tx: None
        key = tools.key(view.session, job.operation_id)
    try:
        with _film_of(tools, wanted, key) as descriptor:
            strip = None if wanted.has_strip else _strip(tools, key, descriptor)
            made = _copied(tools, job, wanted, key, descriptor)
    except Refused as refusal:
        reason = str(refusal.facts["reason"])
        return lambda tx: refuse_copy(tx, job.subject_id, reason=reason)

    def write(tx: Tx) -> None:
        if strip is not None:
            record_strip(tx, wanted.media_item_id, strip)
        record_copy(tx, job.subject_id, made)

    return write


@contextmanager
def inside(descriptor: int, offset: int, length: int) -> Iterator[int]:
    """A part of a file in memory, as a file of its own."""
    part = os.memfd_create("inside", os.MFD_CLOEXEC)
    try:
        at = offset
        while at < offset + length and (content := os.pread(descriptor, min(1 << 20, offset + length - at), at)):
            os.write(part, content)
            at += len(content)
        yield part
    finally:
        os.close(part)


@contextmanager
def _film_of(tools: WorkerTools, wanted: FilmJob | StillJob, key: OperationKey) -> Iterator[int]:
    """A video in memory, also where it is inside a photo. Raises: Refused."""
    with tools.store.memfd(wanted.address, key) as descriptor:
        if wanted.kind == "video":
            yield descriptor
            return
        place = tools.decoder.picture(descriptor).video
        if place is None:
            raise Refused("The photo holds no video.", reason="empty_video")
        with inside(descriptor, *place) as film:
            yield film


def _strip(tools: WorkerTools, key: OperationKey, descriptor: int) -> dict[str, object] | None:
    """The film strip of a video that was read before strips were made."""
    maker, video = StripMaker(), tools.decoder.video(descriptor)
    for time_s, pixels in video.frames:
        if video.track == 0:
            maker.add(time_s, pixels)
    strip = maker.strip(video.cuts)
    return strip_values(tools.store, key, strip) if strip else None


def _copied(tools: WorkerTools, job: Taken, wanted: FilmJob, key: OperationKey, descriptor: int) -> MadeCopy:
    told_at = time.monotonic()
    video = tools.decoder.play(descriptor, wanted.side)

    def step(done: int) -> None:
        nonlocal told_at
        tools.steps += 1
        if time.monotonic() - told_at > PROGRESS_EVERY_S:
            told_at = time.monotonic()
            with tools.db.write(tools.service_id) as tx:
                note_copy_progress(tx, job.subject_id, done=done, of=max(video.of, done))

    with encode_copies(video, step) as copies:
        return _stored(tools.store, key, copies)


def _stored(store: MediaStore, key: OperationKey, copies: Copies) -> MadeCopy:
    # A lost derivative can be made again from the original, so that no sync to disk is worth its time.
    clear, veiled = (
        store.put_stream(chunks_of(copy), key=key, max_bytes=2 * MAX_COPY_BYTES, durable=False)
        for copy in (copies.clear, copies.veiled)
    )
    return MadeCopy(
        width=copies.width,
        height=copies.height,
        duration_s=copies.duration_s,
        has_sound=copies.has_sound,
        unseen=copies.unseen,
        clear_address=clear.address,
        veil_address=veiled.address,
        at_ms=copies.at_ms,
        stamps=copies.stamps,
        unit_num=copies.unit[0],
        unit_den=copies.unit[1],
    )


def give_up_copy(tx: Tx, job: Taken) -> None:
    """Say that every attempt failed, so that nobody waits for the copy."""
    refuse_copy(tx, job.subject_id, reason="not_readable")


def take_still(tools: WorkerTools, job: Taken) -> Effects:
    """Take a picture out of a video and make it a file inside each line of the video. Job `take_still`, subject still.

    The picture must carry the time stamp that the copy noted for its frame: another one is refused as damaged.
    """
    with tools.db.read(tools.service_id) as view:
        wanted = _wanted(view.session, StillJob, job.subject_id)
        if wanted is None:
            return lambda tx: None
        lines = rows_as(StillLine, view.session.execute(SQL["lines"], {"media": wanted.media_item_id}))
        key = tools.key(view.session, job.operation_id)
    try:
        with _film_of(tools, wanted, key) as descriptor:
            content = _picture_of(tools.decoder, descriptor, wanted)
    except Refused as refusal:
        reason = str(refusal.facts["reason"])
        return lambda tx: refuse_still(tx, job.subject_id, reason=reason)
    arrival = take_stream("still.png", [content], len(content), store=tools.store, key=key)
    arrivals = [(line.id, _inside(line, wanted, arrival)) for line in lines]
    return lambda tx: record_still(tx, job.subject_id, arrivals)


def _picture_of(decoder: Decoder, descriptor: int, wanted: StillJob) -> bytes:
    still = decoder.still(descriptor, wanted.at_ms)
    if still.stamp != wanted.stamp:
        raise Refused("The file is damaged.", reason="damaged")
    return encode_png(still.pixels)


def _inside(line: StillLine, wanted: StillJob, arrival: Arrival) -> Arrival:
    """The still as a file inside the video: its path says which frame it is, and when it is shown."""
    name = f"/frame-{wanted.frame}-at-{wanted.at_ms}-ms.png".encode()
    whole = (line.path_bytes or line.path.encode()) + name
    is_plain = is_text(whole) and line.path_bytes is None
    return replace(arrival, path=path_as_listed(whole), path_bytes=None if is_plain else whole)


def give_up_still(tx: Tx, job: Taken) -> None:
    """Say that every attempt failed, so that nobody waits for the still."""
    refuse_still(tx, job.subject_id, reason="not_readable")


def _wanted(session: Session, kind: type[Wanted], subject: UUID) -> Wanted | None:
    rows = session.execute(SQL["copy" if kind is FilmJob else "still"], {"id": subject})
    return next(iter(rows_as(kind, rows)), None)


def strip_values(store: MediaStore, key: OperationKey, strip: Strip) -> dict[str, object]:
    """Store a film strip; returns the values of its row."""
    address = store.put_bytes(strip.picture, key=key, durable=False).address
    size = {"width": strip.width, "height": strip.height}
    return {"address": address, **size, "times_s": strip.times_s, "cuts_s": strip.cuts_s}
