"""Gives a medium's row a playable copy, a film strip and a track, as the workers would, without decoding anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import cv2
import numpy as np

from tests.support.operation import TestOperation
from workspace.analysis.proxies import StripMaker, chunks_of, encode_copies
from workspace.analysis.sandbox.played import PlayedFrame, PlayedVideo
from workspace.store.keys import OperationKey
from workspace.store.objects import MediaStore

WIDTH, HEIGHT = 320, 180


def numbered(number: int) -> np.ndarray:
    """A picture that says its number by eight squares, dark or bright, (180, 320, 3) uint8."""
    picture = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    for bit in range(8):
        picture[50:130, 4 + 39 * bit : 38 + 39 * bit] = 245 if number >> bit & 1 else 15
    return picture


def lay_film(operation: TestOperation, store: MediaStore, key: OperationKey, medium: UUID, at_ms: list[int]) -> None:
    """A copy whose pictures are numbered and shown at these times, and the strip of every tenth."""

    def pieces() -> Iterator[Any]:
        for number, at in enumerate(at_ms):
            yield PlayedFrame(at, at * 90, np.asarray(cv2.cvtColor(numbered(number), cv2.COLOR_RGB2YUV_I420), np.uint8))

    video = PlayedVideo(WIDTH, HEIGHT, at_ms[-1] / 1000, len(at_ms), (1, 90_000), pieces(), ())
    with encode_copies(video) as copies:
        clear, veiled = (
            store.put_stream(chunks_of(each), key=key, max_bytes=1 << 24, durable=False).address
            for each in (copies.clear, copies.veiled)
        )
    maker = StripMaker()
    for number in range(0, len(at_ms), 10):
        maker.add(at_ms[number] / 1000, numbered(number))
    strip = maker.strip([at_ms[len(at_ms) // 2] / 1000])
    assert strip is not None
    here = {"medium": medium, "who": operation.person("EC")}
    operation.change(
        "insert into video_copy (operation_id, compartment_id, media_item_id, side, state, asked_by, made_at, "
        "frames_done, frames_of, width, "
        "height, duration_s, clear_address, veil_address, at_ms, stamps, unit_num, unit_den) select operation_id, "
        "compartment_id, id, 640, "
        "'made', :who, now(), :count, :count, :width, :height, :seconds, :clear, :veiled, :at_ms, :stamps, 1, 90000 "
        "from media_item where id = :medium",
        **here, count=len(at_ms), width=WIDTH, height=HEIGHT, seconds=at_ms[-1] / 1000, clear=clear, veiled=veiled,
        at_ms=at_ms, stamps=copies.stamps,
    )  # fmt: skip
    operation.change(
        "insert into film_strip (media_item_id, operation_id, compartment_id, address, width, height, times_s, cuts_s) "
        "select id, operation_id, compartment_id, :address, :width, :height, :times, :cuts from media_item where id = "
        ":medium",
        medium=medium, address=store.put_bytes(strip.picture, key=key, durable=False).address, width=strip.width,
        height=strip.height, times=strip.times_s, cuts=strip.cuts_s,
    )  # fmt: skip
    track = uuid4()
    operation.change(
        "insert into track (id, operation_id, compartment_id, media_item_id, start_s, end_s, sample_count) "
        "select :track, operation_id, compartment_id, id, :from_s, :to_s, 3 from media_item where id = :medium",
        medium=medium, track=track, from_s=at_ms[20] / 1000, to_s=at_ms[40] / 1000,
    )  # fmt: skip
    operation.change(
        "update face set track_id = :track, at_s = :at where media_item_id = :medium",
        track=track,
        at=at_ms[30] / 1000,
        medium=medium,
    )
