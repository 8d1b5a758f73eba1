"""Videos as cameras, recorders and repairs leave them: wild stamps, fields as packets, several tracks, matrices."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import av
import numpy as np
from PIL import Image

from tests.support.further_kinds import box
from tests.support.sandbox_material import photograph


def remuxed(
    content: bytes, container: str, shown: Callable[[int, int], int], decoded: Callable[[int, int], int] | None = None
) -> bytes:
    """Write the packets of a video anew; shown and decoded give a packet's times by its ordinal and its old time."""
    file = io.BytesIO()
    with av.open(io.BytesIO(content)) as source, av.open(file, "w", format=container) as output:
        given = source.streams.video[0]
        stream = output.add_stream_from_template(given)
        for ordinal, packet in enumerate(packet for packet in source.demux(given) if packet.size):
            assert packet.pts is not None
            old = packet.pts
            packet.pts, packet.dts = shown(ordinal, old), decoded(ordinal, old) if decoded else old
            packet.stream = stream
            output.mux(packet)
    return file.getvalue()


def several_tracks(*pictures: Image.Image, frames: int = 20, rate: int = 5, container: str = "mp4") -> bytes:
    """A file with one video track a picture, each of the size of its picture."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        streams = []
        for picture in pictures:
            stream = output.add_stream("libx264", rate=rate)
            stream.width, stream.height = picture.size
            stream.pix_fmt, stream.codec_context.gop_size = "yuv420p", rate
            streams.append(stream)
        for number in range(frames):
            for stream, picture in zip(streams, pictures, strict=True):
                frame = av.VideoFrame.from_image(picture)
                frame.pts = number
                output.mux(stream.encode(frame))
        for stream in streams:
            output.mux(stream.encode(None))
    return file.getvalue()


def with_matrix(content: bytes, matrix: tuple[int, int, int, int]) -> bytes:
    """Write a display matrix of whole numbers (a, b, c, d) into an MP4 that has none."""
    changed = bytearray(content)
    plain = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    a, b, c, d = (value << 16 for value in matrix)
    at = changed.index(plain, changed.index(b"tkhd"))
    changed[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    return bytes(changed)


def with_hidden_start(content: bytes, hidden_s: float) -> bytes:
    """Let the edit list of an MP4 begin later, as telephones do when a recording is cut."""
    changed = bytearray(content)
    scale = int.from_bytes(changed[changed.index(b"mdhd") + 16 :][:4], "big")
    at = changed.index(b"elst") + 12
    length, begins = struct.unpack_from(">Ii", changed, at)
    struct.pack_into(">Ii", changed, at, length, begins + round(hidden_s * scale))
    return bytes(changed)


def with_number(content: bytes, box: bytes, away: int, value: int) -> bytes:
    """Write a number of four bytes so many behind the name of a box of an MP4."""
    changed = bytearray(content)
    struct.pack_into(">I", changed, changed.index(box) + away, value)
    return bytes(changed)


def with_cover(content: bytes, picture: bytes) -> bytes:
    """Put a JPEG into an MP4 as its cover (iTunes's box «covr»); the box «moov» stands at its end."""
    at = content.index(b"moov") - 4
    item = box(b"ilst", box(b"covr", box(b"data", struct.pack(">II", 13, 0) + picture)))
    more = box(b"udta", box(b"meta", bytes(4) + box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9)) + item))
    return content[:at] + struct.pack(">I", len(content) - at + len(more)) + content[at + 4 :] + more


def with_attachment(content: bytes, picture: bytes) -> bytes:
    """Write a video anew as Matroska with a PNG beside it."""
    file = io.BytesIO()
    with av.open(io.BytesIO(content)) as source, av.open(file, "w", format="matroska") as output:
        given = source.streams.video[0]
        stream = output.add_stream_from_template(given)
        output.add_attachment("cover.png", "image/png", picture)
        for packet in source.demux(given):
            if packet.size:
                packet.stream = stream
                output.mux(packet)
    return file.getvalue()


class _Bits:
    def __init__(self) -> None:
        self.bits: list[str] = []

    def u(self, width: int, value: int) -> None:
        self.bits.append(f"{value:0{width}b}")

    def ue(self, *values: int) -> None:
        for value in values:
            code = f"{value + 1:b}"
            self.bits.append("0" * (len(code) - 1) + code)

    def pcm(self, samples: bytes) -> None:
        self.bits.append("0" * (-len("".join(self.bits)) % 8))
        self.bits = ["".join(self.bits) + "".join(f"{each:08b}" for each in samples)]

    def unit(self, header: int) -> bytes:
        """The NAL unit, with its stop bit, and 03 wherever three bytes would look like a start code (H.264, 7.4.1)."""
        bits = "".join(self.bits) + "1"
        bits += "0" * (-len(bits) % 8)
        body = bytearray([header])
        for at in range(0, len(bits), 8):
            byte = int(bits[at : at + 8], 2)
            if body[-2:] == b"\0\0" and byte <= 3:
                body.append(3)
            body.append(byte)
        return b"\0\0\0\1" + bytes(body)


def field_coded(
    *,
    frames: int = 50,
    rate: int = 25,
    group: int = 25,
    size: tuple[int, int] = (96, 64),
    picture: Image.Image | None = None,
) -> bytes:
    """A transport stream of H.264 whose every field is a packet: a picture as plain samples, then repetitions of it."""
    across, down = size[0] // 16, size[1] // 32
    macroblocks = across * down
    sps, pps = _Bits(), _Bits()
    sps.u(8, 77), sps.u(8, 0), sps.u(8, 30)
    sps.ue(0, 0, 2, 1), sps.u(1, 0)
    sps.ue(across - 1, down - 1), sps.u(5, 0b00100)  # not frames only, no adaption, direct 8x8, no cropping, no VUI
    pps.ue(0, 0), pps.u(2, 0), pps.ue(0, 0, 0), pps.u(3, 0), pps.ue(0, 0, 0), pps.u(3, 0b100)
    stream = bytearray()
    for number in range(frames):
        for bottom in (0, 1):
            key = number % group == 0 and not bottom
            if key:
                stream += sps.unit(0x67) + pps.unit(0x68)
            field = _Bits()
            field.ue(0, 7 if key else 5, 0)
            field.u(4, number % group % 16), field.u(1, 1), field.u(1, bottom)
            if key:
                field.ue(number // group % 2), field.u(2, 0)
            else:
                field.u(3, 0)  # one reference, in its usual place, kept in the usual way
            field.ue(0, 1)
            if key:
                for samples in _field_samples(picture or photograph(), size):
                    field.ue(25), field.pcm(samples)
            else:
                field.ue(macroblocks)
            stream += field.unit(0x65 if key else 0x41)
    return _fields_in_transport_stream(bytes(stream), rate)


def _field_samples(picture: Image.Image, size: tuple[int, int]) -> list[bytes]:
    """The samples of one field of a picture by macroblocks: 16 x 16 of luma, 8 x 8 of each colour."""
    planes = av.VideoFrame.from_image(picture.resize((size[0], size[1] // 2))).reformat(format="yuv420p").to_ndarray()
    width, height = size[0], size[1] // 2
    luma = planes[:height]
    colours = planes[height:].reshape(2, height // 2, width // 2)
    return [
        b"".join(
            np.ascontiguousarray(part).tobytes()
            for part in (
                luma[16 * y : 16 * y + 16, 16 * x : 16 * x + 16],
                *(colour[8 * y : 8 * y + 8, 8 * x : 8 * x + 8] for colour in colours),
            )
        )
        for y in range(height // 16)
        for x in range(width // 16)
    ]


def _fields_in_transport_stream(stream: bytes, rate: int) -> bytes:
    file = io.BytesIO()
    with av.open(io.BytesIO(stream), format="h264") as source, av.open(file, "w", format="mpegts") as output:
        given = source.streams.video[0]
        written = output.add_stream_from_template(given)
        for ordinal, packet in enumerate(packet for packet in source.demux(given) if packet.size):
            packet.time_base = written.time_base or packet.time_base
            packet.pts = packet.dts = round(ordinal / (2 * rate) / float(packet.time_base))
            packet.stream = written
            output.mux(packet)
    return file.getvalue()
