"""The limits of decoding and the reasons for refusing a file: one table each, shared by both sides of the sandbox.

Loaded into the fork server, so it must import nothing but the error tree. The numbers were chosen on hostile files:
the worst of 1,064 were 20 MB of 0xFF after a cut JPEG (5 s) and a PNG of 118 million pixels (541 MB).
"""

from __future__ import annotations

from workspace.errors import Refused

WALL_S = 19.0
"""Time for one file, so that there is an answer within twenty seconds; while a batch of frames waits to be fetched the
clock stands still."""
CPU_S = 20
"""Processor time for one file."""
SOFT_S = 15.0
"""After this much time a video is cut short and said to be incomplete, instead of being lost as too slow."""
PLAY_CPU_S = 900
"""Processor time for a copy to be played: an hour of 1080p at four times real time."""
PLAY_WALL_S = 1800.0
PLAY_SOFT_S = 840.0
"""After this much time such a copy is cut short and said to be incomplete."""
MEMORY_BYTES = 1 << 30
"""Address space a child may add to what the loaded libraries take."""

TILES_MEMORY_BYTES = 3 << 29
"""The same for a picture that is cut into tiles: 200 million pixels take 800 MB, and those of a progressive JPEG 600
more."""

MAX_PIXELS = 200_000_000
MAX_SCALED_PIXELS = 1_000_000_000
"""Of a JPEG, which its own decoder shrinks by up to eight while it reads."""
MAX_PARTS = 24
"""Pictures of one file that are looked at."""
MAX_PICTURE_BYTES = 512 << 20
MAX_ICC_BYTES = 4 << 20
MAX_VIDEO_PIXELS = 40_000_000
"""A frame larger than 8K would not fit its decoder's references into the memory limit."""
MAX_DECODED_FRAMES = 4000
MAX_PACKETS = 1_000_000
MAX_TRACKS = 4
"""How many video tracks of one file are looked at: two lenses, a copy in small, a screen beside a camera."""
PROBE = 5_000_000
"""probesize in bytes and analyzeduration in microseconds."""

MAX_PICTURE_SIDE = 2560
NARROW_FROM = 2.5
"""From this many times as long as wide a picture is a panorama or a long screenshot, and may be longer."""
MAX_NARROW_PIXELS = 16_000_000
"""Of a long picture, of a still, and of a photo that is looked at whole."""
MIN_DRAFT_SIDE = 1600
"""A JPEG that its own decoder can halve to at least this side is used as it is: resampling costs time and identity."""
MAX_FRAME_SIDE = 1280
MAX_SCENES = 60
"""Key frames of a video that come early and are told of."""
MAX_FRAMES = 600
MAX_BATCH_FRAMES = 64
"""So that the header of a batch always fits its page."""

MAX_PLAY_SIDE = 1280
MAX_PLAY_FRAMES = 1_000_000
PLAY_BATCH_BYTES = 4 << 20
PLAY_BATCH_S = 5.0
"""A batch of pictures to be played waits no longer than this for the next picture."""

TILE_BATCH_BYTES = 24 << 20

PIXELS_AT = 1 << 16
BATCH_BYTES = MAX_PICTURE_SIDE * MAX_PICTURE_SIDE * 3
SHARED_BYTES = PIXELS_AT + MAX_NARROW_PIXELS * 3 + (1 << 20)
"""The shared memory: a header page, then one picture, or BATCH_BYTES of at least four frames. It bounds both sides."""

REASONS = {
    "empty": "The file is empty.",
    "kind_not_supported": "This kind of file cannot be read.",
    "picture_to_convert": "Pictures of this kind are not read: ImageMagick makes a PNG of it.",
    "raw_to_develop": "This raw file has no preview: darktable or RawTherapee makes a JPEG of it.",
    "video_to_convert": "Videos of this kind are not read: FFmpeg makes an MP4 of it.",
    "drawing_to_convert": "Drawings are not read: Inkscape or Ghostscript makes a PDF of it.",
    "document_to_convert": "Documents of this kind are not read: LibreOffice makes a PDF of it.",
    "archive_to_unpack": "Archives and disk images of this kind are not opened: unpack it first.",
    "sound_alone": "The file holds sound, and no cover picture that can be found.",
    "cover_to_convert": "The file holds sound with a cover picture of a kind that is not read.",
    "encrypted": "The file is encrypted.",
    "truncated": "The file breaks off before its end.",
    "too_large": "The file is larger than the limits for decoding.",
    "too_slow": "The file could not be read within its time.",
    "out_of_memory": "The file needs more memory than decoding may use.",
    "damaged": "The file is damaged.",
    "crashed": "The decoder stopped on this file.",
    "empty_video": "The video holds no picture that can be shown.",
}

UNSEEN = ("end", "damaged", "moments", "tracks", "pictures", "video", "members")
"""What of a file that was read may not have been looked at: its end, damaged parts, moments between the samples of a
long video, further video tracks, further pictures in the file,
a video inside a photo, files of an archive. A file with none of them was looked at as a whole."""


def refusal(reason: str) -> Refused:
    """Make the error for one of the `REASONS`."""
    return Refused(REASONS[reason], reason=reason)
