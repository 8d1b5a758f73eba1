"""The trusted side of the sandbox: hands a file's descriptor over and takes pixels and checked facts back.

`Decoder` is the only way in which the workspace decodes media. It must never decode anything itself: if the confinement
does not hold, nothing is decoded at all. One worker process uses one Decoder for one file at a time.
"""

from __future__ import annotations

import errno
import fcntl
import json
import mmap
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

import workspace
from workspace.analysis.sandbox import confine, limits
from workspace.analysis.sandbox.answers import (
    Answer,
    BatchAnswer,
    CameraFacts,
    PictureAnswer,
    Pixels,
    PlayAnswer,
    RefusalAnswer,
    TilesAnswer,
    read_answer,
    read_pixels,
)
from workspace.analysis.sandbox.cut import TiledPicture, cut
from workspace.analysis.sandbox.kinds import HEAD_BYTES, found_in, kind_of
from workspace.analysis.sandbox.limits import refusal
from workspace.analysis.sandbox.other_kinds import why_not
from workspace.analysis.sandbox.played import PlayedVideo, StillFrame, played, still
from workspace.analysis.sandbox.wire import receive, send
from workspace.errors import Unavailable

START_S = 60.0
"""Time for the libraries to load on a busy machine; 0.6 s when it is idle."""

_F_ADD_SEALS, _SEALS = 1033, 0x1 | 0x2 | 0x4
"""fcntl(2): no further seals, no shrinking, no growing. A child that could shrink the memory would kill its reader."""

_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from workspace.analysis.sandbox import server; "
    "server.main(int(sys.argv[2]), int(sys.argv[3]))"
)
_ENVIRONMENT = {
    # A process that forks must have a single thread.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # Huge pages for what is allocated: most of the cost of a new child is first touching its memory. Without them a
    # JPEG of 12 megapixels takes a third longer (benchmarks/decode.py).
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
"""All that the fork server inherits."""


@dataclass(frozen=True)
class DecodedPicture:
    """pixels: (H, W, 3) uint8, RGB, upright, at its working size; width and height: of the original, upright.
    pictures: how many the file holds, of which this is one; video: where one that was put inside begins and its bytes;
    unseen: what of the file was not looked at, some of `limits.UNSEEN`; moves: it is an animation, of which this is the
    first picture."""

    pixels: Pixels
    width: int
    height: int
    media_type: str
    camera: CameraFacts
    unseen: tuple[str, ...] = ()
    pictures: int = 1
    video: tuple[int, int] | None = None
    moves: bool = False


@dataclass
class DecodedVideo:
    """A video being read. `frames` gives (time_s, pixels) once, in order, and is read from the sandbox as it goes.

    A file of several video tracks gives the frames of one after those of the other; `track` is the number of the one
    whose frame was given last, 0 for the largest, whose size `width` and `height` are.
    pixels: (H, W, 3) uint8, RGB, upright, longest side at most 1280; at most 600 frames. `cuts` grows with the frames:
    a time is in it before the frame that begins the new scene is given. `unseen` is known with the last frame: what of
    the video was not looked at, some of `limits.UNSEEN`; until then all of it. Iterating raises Refused if the rest
    cannot be read.
    """

    frames: Iterator[tuple[float, Pixels]]
    width: int
    height: int
    duration_s: float
    media_type: str
    codec: str
    sampled_every_s: float
    camera: CameraFacts
    cuts: list[float] = field(default_factory=list)
    track: int = 0
    unseen: tuple[str, ...] = limits.UNSEEN

    @property
    def complete(self) -> bool:
        """Whether the frames read so far cover the whole video."""
        return not self.unseen


class Decoder:
    """Decodes untrusted files in confined children of a fork server of its own."""

    def __init__(self) -> None:
        self.status: dict[str, str] = {}
        self._server: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._reading = 0
        self._busy = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the fork server and check its confinement; raises Unavailable if it does not hold."""
        if self._server is not None and self._owner == os.getpid():
            return
        self.stop()  # a forked process has its parent's: it lets go of it, and does not end it
        memory = _sealed_memory()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            server = _launch(theirs.fileno(), memory)
            shared = mmap.mmap(memory, limits.SHARED_BYTES)
        except OSError as error:
            ours.close()
            os.close(memory)
            raise Unavailable("The decoder did not start.") from error
        finally:
            theirs.close()
        self._server, self._map, self._memory = server, shared, memory
        self._socket, self._owner, self._busy = ours, os.getpid(), False
        ours.settimeout(START_S)
        try:
            self.status = dict(receive(ours)[0]["status"])
        except (EOFError, OSError) as error:
            self.stop()
            raise Unavailable("The decoder did not start.") from error
        ours.settimeout(limits.WALL_S + 10)
        if not confine.holds(self.status):
            self.stop()
            raise Unavailable("Files cannot be decoded safely on this machine.", layers=self.status)
        if self.status.get("decoders") != "on":
            self.stop()
            raise Unavailable("The decoders do not work inside their confinement.", layers=self.status)

    def stop(self) -> None:
        """End the fork server, and with it a child that still works."""
        if self._server is None:
            return
        server, self._server = self._server, None
        self._socket.close()
        self._reading += 1
        if self._owner == os.getpid():
            server.kill()
            server.wait()
        # Frames that were handed out are copies; nothing refers to the map any more.
        self._map.close()
        os.close(self._memory)

    def picture(self, fd: int, part: int = 1, *, whole: bool = False) -> DecodedPicture:
        """Decode a photo. part: which of its file's pictures; the largest is the first. whole: in its own size, as far
        as `limits.MAX_NARROW_PIXELS` goes, which costs three times as much.

        Raises Refused with the reason, or Unavailable if the sandbox itself does not work.
        """
        kind, answer = self._open(fd, "photo", part, whole=whole)
        if not isinstance(answer, PictureAnswer):
            raise refusal("crashed")
        pixels = read_pixels(self._map, offset=0, width=answer.pixels_width, height=answer.pixels_height)
        return DecodedPicture(
            pixels,
            answer.width,
            answer.height,
            kind,
            answer.camera,
            tuple(answer.unseen),
            answer.pictures,
            answer.video,
            answer.moves,
        )

    def video(self, fd: int) -> DecodedVideo:
        """Begin to decode a video. Raises Refused or Unavailable, here or while the frames are read."""
        return self._video(*self._open(fd, "video"))

    def animation(self, fd: int) -> DecodedVideo:
        """Begin to decode the pictures of a photo that moves (`DecodedPicture.moves`), as those of a video. Raises as
        `video` does."""
        return self._video(*self._open(fd, "photo", moving=True))

    def play(self, fd: int, side: int) -> PlayedVideo:
        """Begin to read every picture and the sound of a video, its longer side at most `side` pixels. Raises as
        `video` does."""
        _, answer = self._open(fd, "video", play=side)
        return played(answer, self._map, partial(self._next_batch, self._reading))

    def still(self, fd: int, at_ms: int, *, moving: bool = False) -> StillFrame:
        """The picture of a video that is shown at a moment (`PlayedFrame.at_ms`), in full; with `moving` that of a
        photo that moves. Raises Refused or Unavailable; Refused `empty_video` beyond the end."""
        return still(self._open(fd, "photo" if moving else "video", still=at_ms, moving=moving)[1], self._map)

    def tiles(self, fd: int) -> TiledPicture:
        """Begin to cut a photo into tiles in its own pixels, up to `limits.MAX_PIXELS`. Raises Refused or Unavailable,
        here or while the tiles are read."""
        return cut(self._open(fd, "photo", tiles=True)[1], self._map, partial(self._next_batch, self._reading))

    def _video(self, kind: str, answer: Answer) -> DecodedVideo:
        if not isinstance(answer, BatchAnswer):
            raise refusal("crashed")
        video = DecodedVideo(
            frames=iter(()),
            width=answer.width,
            height=answer.height,
            duration_s=answer.duration_s,
            media_type=kind,
            codec=answer.codec,
            sampled_every_s=answer.sampled_every_s,
            camera=answer.camera,
        )
        video.frames = self._frames(video, answer, self._reading)
        return video

    def _frames(self, video: DecodedVideo, batch: BatchAnswer, reading: int) -> Iterator[tuple[float, Pixels]]:
        given = 0
        while True:
            offset = 0
            for frame in batch.frames:
                if self._reading != reading:
                    raise RuntimeError("the decoder has gone on to another file; read a video's frames first")
                pixels = read_pixels(self._map, offset=offset, width=frame.width, height=frame.height)
                offset += pixels.size
                given += 1
                if frame.cut:
                    video.cuts.append(frame.time_s)
                video.track = frame.track
                yield frame.time_s, pixels
            if batch.last:
                video.unseen = tuple(batch.unseen)
                return
            answer = self._next_batch(reading)
            if (
                not isinstance(answer, BatchAnswer)
                or given + len(answer.frames) > limits.MAX_FRAMES
                or not answer.frames
            ):
                raise refusal("crashed")
            batch = answer

    def _open(
        self,
        fd: int,
        kind: str,
        part: int = 1,
        *,
        moving: bool = False,
        play: int = 0,
        still: int = -1,
        whole: bool = False,
        tiles: bool = False,
    ) -> tuple[str, Answer]:
        """Check what can be checked without decoding, then have the file decoded; a lost server is replaced once."""
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise ValueError("only regular files can be decoded")
        head = os.pread(fd, HEAD_BYTES, 0)
        if not head:
            raise refusal("empty")
        name, start = found_in(head)
        if name is None or kind_of(name) != kind:
            raise refusal("kind_not_supported" if name else why_not(head))
        asked: dict[str, object] = {"media_type": name, "start": start, "part": part, "moving": moving}
        asked |= {"play": play, "still": still, "whole": whole, "tiles": tiles}
        try:
            return name, self._ask(fd, asked)
        except (EOFError, OSError):
            self.stop()
        try:
            return name, self._ask(fd, asked)
        except (EOFError, OSError) as error:
            # It started twice and ended twice in the middle of this file: the file is the reason, and waiting would not
            # help.
            self.stop()
            raise refusal("crashed") from error

    def _ask(self, fd: int, asked: dict[str, object]) -> Answer:
        self.start()
        self._reading += 1
        if self._busy:
            self._abandon()
        self._wipe()
        # Opened anew, read only: the child gets an offset of its own and cannot change the file.
        descriptor = os.open(f"/proc/self/fd/{fd}", os.O_RDONLY | os.O_CLOEXEC)
        try:
            send(self._socket, asked, descriptor)
        finally:
            os.close(descriptor)
        self._busy = True
        return self._answer()

    def _next_batch(self, reading: int) -> Answer:
        if self._reading != reading:
            raise RuntimeError("the decoder has gone on to another file; read a video's frames first")
        try:
            send(self._socket, {"go": True})
            return self._answer()
        except (EOFError, OSError) as error:
            self.stop()
            raise Unavailable("The decoder stopped while a video was read.") from error

    def _answer(self) -> Answer:
        """Wait for the child; raises Refused if it refused the file or did not end well."""
        message = receive(self._socket)[0]
        if "batch" not in message:
            self._busy = False
            _check_end(str(message.get("ended")))
        answer = read_answer(self._map)
        if isinstance(answer, RefusalAnswer):
            raise refusal(answer.reason)
        if isinstance(answer, BatchAnswer | PlayAnswer | TilesAnswer) and answer.last == self._busy:
            raise refusal("crashed")
        return answer

    def _wipe(self) -> None:
        """Overwrite whatever the last child left behind, wherever it wrote, before the next can look.

        The pages are kept: with new ones for each file a JPEG of 12 megapixels takes a quarter longer
        (benchmarks/decode.py).
        """
        start = end = 0
        while end < limits.SHARED_BYTES:
            try:
                start = os.lseek(self._memory, end, os.SEEK_DATA)
            except OSError as error:
                if error.errno == errno.ENXIO:  # lseek(2): nothing was written beyond
                    return
                raise
            end = os.lseek(self._memory, start, os.SEEK_HOLE)
            np.frombuffer(self._map, np.uint8, end - start, start).fill(0)

    def _abandon(self) -> None:
        """Have the child of a video that nobody reads further killed."""
        send(self._socket, {"go": False})
        receive(self._socket)
        self._busy = False


def _launch(socket_descriptor: int, memory: int) -> subprocess.Popen[bytes]:
    """Start the fork server with this process's modules, and with nothing else of it."""
    root = str(Path(workspace.__file__).parent.parent)
    paths = [root, *(path for path in sys.path if os.path.isabs(path) and path != root)]
    return subprocess.Popen(
        [sys.executable, "-I", "-c", _BOOT, json.dumps(paths), str(socket_descriptor), str(memory)],
        pass_fds=[socket_descriptor, memory],
        env=_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        # Ctrl-C is for the worker, which stops its decoder when it has finished.
        start_new_session=True,
    )


def _check_end(ended: str) -> None:
    """Turn the way a child ended into a refusal."""
    if ended == "answered":
        return
    if ended == "not_confined":
        raise Unavailable("The decoder could not be locked in.")
    reasons = {
        "unexpected": "damaged",
        "too_slow": "too_slow",
        "no_memory": "out_of_memory",
        f"signal {int(signal.SIGXCPU)}": "too_slow",
        # The server's own kills are named above, so that this one came from the kernel, for want of memory or time.
        f"signal {int(signal.SIGKILL)}": "out_of_memory",
    }
    raise refusal(reasons.get(ended, "crashed"))


def _sealed_memory() -> int:
    descriptor = os.memfd_create("decoded", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, limits.SHARED_BYTES)
    fcntl.fcntl(descriptor, _F_ADD_SEALS, _SEALS)
    return descriptor
