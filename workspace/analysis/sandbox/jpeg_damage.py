"""Say whether a JPEG is damaged within; runs only in a confined child.

libjpeg goes on behind bytes that make no sense, as zeros do where a cluster of a recovered file is missing, and what it
warns of does not reach us: the rest of the picture is then grey, shifted or of other colours, and would be called
complete. FFmpeg's decoder, asked to be strict, stops there.
"""

from __future__ import annotations

from typing import Any, BinaryIO

import av
import av.error

from workspace.analysis.sandbox.contents import jpeg_frame

_OPTIONS = {"err_detect": "explode+bitstream+careful", "lowres": "3"}
"""Strict, and an eighth of the size, so that nearly all that is left to do is reading the codes: some 14 ms for 12
megapixels in one scan."""
_KNOWN = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive by Huffman codes (ITU-T T.81, table B.1): the decoder knows no arithmetic ones."""
_BITS = 8
MAX_BYTES = 64 << 20
"""Longer files are not asked about: they are copied for it."""


def is_damaged_within(file: BinaryIO) -> bool:
    """Whether what stands between the ends of a JPEG that was read makes no sense somewhere; of one that the decoder
    does not know, it is not said."""
    frame = jpeg_frame(file, 0)
    file.seek(0)
    content = file.read(MAX_BYTES + 1)
    if frame is None or frame.marker not in _KNOWN or frame.bits != _BITS or len(content) > MAX_BYTES:
        return False
    context: Any = av.CodecContext.create("mjpeg", "r")
    context.thread_count = 1
    context.options = _OPTIONS
    try:
        context.decode(av.Packet(content))
        context.decode(None)
    except av.error.InvalidDataError:
        return True
    except (av.error.FFmpegError, ValueError):
        return False
    return False
