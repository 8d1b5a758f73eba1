"""Files of sound with cover pictures, as programs for music write them."""

from __future__ import annotations

import base64
import io
import struct
from typing import Any

import av
import numpy as np
from av.stream import Disposition

from tests.support.odd_videos import with_cover
from tests.support.sandbox_material import photograph

FACE = photograph().resize((400, 300))
SOUNDS = {
    "MP3": ("mp3", "libmp3lame", "audio/mpeg"),
    "FLAC": ("flac", "flac", "audio/flac"),
    "M4A": ("ipod", "aac", "audio/mp4"),
    "Ogg": ("ogg", "libopus", "audio/ogg"),
}
"""By name: container, encoder and media type."""


def cover(name: str = "JPEG") -> bytes:
    file = io.BytesIO()
    FACE.save(file, name)
    return file.getvalue()


def sound(name: str, *pictures: bytes) -> bytes:
    """A second of a tone, with pictures as its covers."""
    container, encoder, _ = SOUNDS[name]
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream: Any = output.add_stream(encoder, rate=48_000, layout="mono")
        if pictures and name == "Ogg":
            blocks = [
                struct.pack(">II10sIIIIII", 3, 10, b"image/jpeg", 0, 400, 300, 24, 0, len(each)) + each
                for each in pictures
            ]
            output.metadata["METADATA_BLOCK_PICTURE"] = base64.b64encode(blocks[0]).decode()
        beside = [output.add_stream("mjpeg") for _ in pictures if name in ("MP3", "FLAC")]
        for each in beside:
            each.width, each.height, each.pix_fmt = *FACE.size, "yuvj420p"
            each.disposition = Disposition.attached_pic
        tone = (np.sin(np.arange(48_000) / 9) * 8_000).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
        frame.sample_rate = 48_000
        output.start_encoding()
        resampler = av.AudioResampler(stream.format.name, "mono", 48_000, frame_size=stream.codec_context.frame_size)
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            output.mux(stream.encode(part))
        for each, picture in zip(beside, pictures, strict=False):
            packet = av.Packet(picture)
            packet.stream, packet.pts, packet.dts = each, 0, 0
            output.mux(packet)
        output.mux(stream.encode(None))
    content = file.getvalue()
    if name == "M4A":
        content = content.replace(content[8:12], b"M4A ", 1)
        return with_cover(content, pictures[0]) if pictures else content
    return content
