"""The fork server: warms the decoders up, locks itself in, and forks one confined child for each file.

Started by `client.Decoder` as `python -I` with nothing inherited but one socket and one shared memory, it holds no key,
no setting and no handle of the workspace, and reads no untrusted byte itself. The child writes into the shared memory
and ends; this process only watches its time and says how it ended.

Messages, one packet each, JSON: the client sends the fields of `Asked` with the file's descriptor; the server answers
{"ended": how}, or, for each full batch of frames, {"batch": true} and waits for {"go": true | false}.
"""

from __future__ import annotations

import contextlib
import gc
import json
import mmap
import os
import select
import signal
import socket
import struct
import time
from typing import NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workspace.analysis.sandbox import (
    animation,
    confine,
    cut_picture,
    decode_picture,
    decode_video,
    limits,
    play_video,
    trial,
)
from workspace.analysis.sandbox.contents import Place, part_of
from workspace.analysis.sandbox.kinds import kind_of
from workspace.analysis.sandbox.pixels import strips
from workspace.analysis.sandbox.wire import receive, send
from workspace.errors import Refused

_POPULATE_READ = 22
"""madvise(2), since Linux 5.14; the mmap module has no name for it."""

NEARLY_ALL = 0.9
"""Of the memory that a child may take: what died of a signal and held as much died of it."""
_BY_ITSELF = frozenset({signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGSEGV, signal.SIGTRAP})

EXIT_ANSWERED, EXIT_UNEXPECTED, EXIT_NOT_CONFINED = 0, 1, 3


class Asked(NamedTuple):
    """What the client wants: a file of this type that begins at `start`; of a file with several pictures, which one, or
    with `moving` those of an animation; of a video, with `play` every picture of at most that side, with `still` the
    one shown at that millisecond (of an animation, with both); `whole`: a picture in its own size; `tiles`: in tiles,
    in all of its pixels."""

    media_type: str
    start: int
    part: int
    moving: bool
    play: int = 0
    still: int = -1
    whole: bool = False
    tiles: bool = False

    @property
    def takes_long(self) -> bool:
        """Whether it has the time of a copy to be played, instead of that of a look."""
        return self.play > 0 or self.still >= 0 or self.tiles


class Outbox:
    """The child's side of the shared memory; `busy_s` is its clock, which stops while a batch waits to be fetched."""

    def __init__(self, shared: mmap.mmap, control: int) -> None:
        self._shared, self._control = shared, control
        self._started, self._waited = time.monotonic(), 0.0

    def busy_s(self) -> float:
        """Seconds spent on this file, without the waiting."""
        return time.monotonic() - self._started - self._waited

    def put(self, answer: dict[str, object]) -> None:
        """Write the header."""
        text = json.dumps(answer).encode()
        if len(text) > limits.PIXELS_AT - 8:
            raise ValueError("the answer is too long")
        self._shared[: 8 + len(text)] = struct.pack("<Q", len(text)) + text

    def put_picture(self, picture: Image.Image) -> None:
        """Write an RGB picture behind the header."""
        self.expect(3 * picture.width * picture.height)
        offset = 0
        for strip in strips(picture):
            self.put_pixels(strip, offset)
            offset += strip.size

    def put_pixels(self, pixels: NDArray[np.uint8], offset: int) -> None:
        """Write pixels behind the header."""
        target = np.frombuffer(self._shared, np.uint8, pixels.size, limits.PIXELS_AT + offset)
        target.reshape(pixels.shape)[...] = pixels

    def expect(self, size: int) -> None:
        """Have the memory of so many bytes of pixels mapped sixteen pages at a time, since a fault for each page takes
        a fifth of a photo's system time. A kernel that does not know how maps them one by one."""
        with contextlib.suppress(OSError):
            self._shared.madvise(_POPULATE_READ, limits.PIXELS_AT, size)

    def hand_over(self) -> None:
        """Wait until the other side has fetched this batch."""
        asked = time.monotonic()
        os.write(self._control, b"b")
        if os.read(self._control, 1) != b"g":
            os._exit(EXIT_UNEXPECTED)
        self._waited += time.monotonic() - asked


def decode(outbox: Outbox, descriptor: int, asked: Asked) -> None:
    """Decode one file into the outbox; every refusal is an answer too."""
    with open(descriptor, "rb", buffering=1 << 16, closefd=False) as whole:
        file, media_type = part_of(whole, Place(asked.start)), asked.media_type
        try:
            if asked.moving and asked.still >= 0:
                _put_still(outbox, animation.read_moment(file, media_type, asked.still, outbox.busy_s))
            elif asked.moving:
                _decode_video(outbox, animation.read_animation(file, media_type, outbox.busy_s))
            elif asked.tiles:
                _put_tiles(outbox, cut_picture.cut_picture(file, media_type, outbox.busy_s))
            elif kind_of(media_type) == "photo":
                still = animation.read_still(
                    file, media_type, asked.part, outbox.busy_s, size="whole" if asked.whole else "working"
                )
                _decode_picture(outbox, still)
            elif asked.play:
                _play(outbox, play_video.read_playable(file, media_type, asked.play, outbox.busy_s))
            elif asked.still >= 0:
                _put_still(outbox, play_video.read_still(file, media_type, asked.still, outbox.busy_s))
            else:
                _decode_video(outbox, decode_video.read_video(file, media_type, outbox.busy_s))
        except Refused as error:
            outbox.put({"answer": "refused", "reason": error.facts["reason"]})
        except MemoryError:
            outbox.put({"answer": "refused", "reason": "out_of_memory"})


def _decode_picture(outbox: Outbox, picture: decode_picture.Picture) -> None:
    width, height = picture.image.size
    outbox.put_picture(picture.image)
    facts: dict[str, object] = {
        "width": picture.width,
        "height": picture.height,
        "camera": picture.camera,
        "pictures": picture.pictures,
        "video": picture.video and (picture.video.offset, picture.video.length),
        "unseen": picture.unseen,
        "moves": picture.moves,
    }
    outbox.put({"answer": "picture", "pixels_width": width, "pixels_height": height, **facts})


def _decode_video(outbox: Outbox, video: decode_video.Video) -> None:
    facts: dict[str, object] = {
        "answer": "batch",
        "width": video.width,
        "height": video.height,
        "duration_s": video.duration_s,
        "codec": video.codec,
        "sampled_every_s": video.sampled_every_s,
        "camera": video.camera,
    }
    frames: list[dict[str, object]] = []
    used = 0
    for sample in video.frames:
        if used + sample.pixels.size > limits.BATCH_BYTES or len(frames) >= limits.MAX_BATCH_FRAMES:
            outbox.put({**facts, "frames": frames, "last": False, "unseen": []})
            outbox.hand_over()
            frames, used = [], 0
        outbox.put_pixels(sample.pixels, used)
        used += sample.pixels.size
        height, width = sample.pixels.shape[:2]
        frames.append(
            {"time_s": sample.time_s, "width": width, "height": height, "cut": sample.cut, "track": sample.track}
        )
    outbox.put({**facts, "frames": frames, "last": True, "unseen": sorted(video.unseen)})


def _play(outbox: Outbox, video: play_video.Playable) -> None:
    facts: dict[str, object] = {
        "answer": "play",
        "width": video.width,
        "height": video.height,
        "duration_s": video.duration_s,
        "of": min(video.of, limits.MAX_PLAY_FRAMES),
        "unit": video.unit,
        "unseen": [],
    }
    frames: list[dict[str, object]] = []
    outbox.expect(limits.PLAY_BATCH_BYTES)
    used, since_s = 0, outbox.busy_s()
    for piece in video.pieces:
        if isinstance(piece, play_video.Sound):
            outbox.put_pixels(piece.samples.view(np.uint8), 0)
            sound = {"at_s": piece.at_s, "rate": piece.rate, "samples": len(piece.samples)}
            outbox.put({**facts, "sound": sound, "frames": [], "last": False})
            outbox.hand_over()
            continue
        is_full = used + piece.planes.size > limits.PLAY_BATCH_BYTES or len(frames) >= limits.MAX_BATCH_FRAMES
        if is_full or (frames and outbox.busy_s() - since_s > limits.PLAY_BATCH_S):
            outbox.put({**facts, "sound": None, "frames": frames, "last": False})
            outbox.hand_over()
            frames, used, since_s = [], 0, outbox.busy_s()
        outbox.put_pixels(piece.planes, used)
        used += piece.planes.size
        frames.append({"at_ms": piece.at_ms, "stamp": piece.stamp})
    outbox.put({**facts, "sound": None, "frames": frames, "last": True, "unseen": sorted(video.unseen)})


def _put_still(outbox: Outbox, one: play_video.Still) -> None:
    outbox.put_pixels(one.pixels, 0)
    height, width = one.pixels.shape[:2]
    size: dict[str, object] = {"width": one.width, "height": one.height, "pixels_width": width, "pixels_height": height}
    outbox.put({"answer": "still", "at_ms": one.at_ms, "stamp": one.stamp, "scenes_ms": list(one.scenes_ms), **size})


def _put_tiles(outbox: Outbox, picture: cut_picture.CutPicture) -> None:
    facts: dict[str, object] = {
        "answer": "tiles",
        "width": picture.width,
        "height": picture.height,
        "original_width": picture.original_width,
        "original_height": picture.original_height,
    }
    count = used = 0
    for pixels in picture.tiles:
        if used + pixels.size > limits.TILE_BATCH_BYTES:
            outbox.put({**facts, "tiles": count, "last": False})
            outbox.hand_over()
            count = used = 0
        outbox.put_pixels(pixels, used)
        count, used = count + 1, used + pixels.size
    outbox.put({**facts, "tiles": count, "last": True})


def child(
    shared: mmap.mmap, control: int, descriptor: int, asked: Asked, layers: tuple[confine.Layer, ...]
) -> NoReturn:
    """Be the child: lock in, decode, end. Whatever is not foreseen ends it with a code that means damaged."""
    code = EXIT_UNEXPECTED
    try:
        # That no_new_privs holds was checked before the first fork; it cannot be undone.
        if confine.holds({"no_new_privs": "on", **confine.apply(layers)}):
            decode(Outbox(shared, control), descriptor, asked)
            code = EXIT_ANSWERED
        else:
            code = EXIT_NOT_CONFINED
    finally:
        os._exit(code)


def watch(
    pid: int,
    control: int,
    sock: socket.socket,
    wall_s: float = limits.WALL_S,
    memory_bytes: int = limits.MEMORY_BYTES,
) -> str:
    """Wait for a child within its time, passing batches on; say how it ended. memory_bytes: how much it may take.

    «answered», «unexpected», «not_confined», «too_slow», «stopped», «no_memory», or «signal N».
    """
    process, left_s, verdict = os.pidfd_open(pid), wall_s, ""
    watched = [process, control]
    while not verdict:
        since = time.monotonic()
        ready = select.select(watched, [], [], max(left_s, 0.0))[0]
        left_s -= time.monotonic() - since
        if process in ready:
            break
        if not ready or left_s <= 0:
            verdict = "too_slow"
        elif (asked := os.read(control, 1)) == b"":
            # The child has closed its end; it is ending, or plays dead and runs out of time.
            watched.remove(control)
        elif asked != b"b" or not _fetched(sock):
            verdict = "stopped"
        else:
            os.write(control, b"g")
    if verdict:
        signal.pidfd_send_signal(process, signal.SIGKILL)
    _, status, used = os.wait4(pid, 0)
    os.close(process)
    if verdict:
        return verdict
    if os.WIFSIGNALED(status):
        # Not every library tells that it was given no more memory: some write where there is none.
        if used.ru_maxrss * 1024 >= NEARLY_ALL * memory_bytes and os.WTERMSIG(status) in _BY_ITSELF:
            return "no_memory"
        return f"signal {os.WTERMSIG(status)}"
    return {EXIT_ANSWERED: "answered", EXIT_NOT_CONFINED: "not_confined"}.get(os.WEXITSTATUS(status), "unexpected")


def _fetched(sock: socket.socket) -> bool:
    """Tell the client that a batch is ready; true once it wants the next."""
    send(sock, {"batch": True})
    return bool(receive(sock)[0].get("go"))


def serve(sock: socket.socket, shared: mmap.mmap, sound: dict[str, bytes]) -> None:
    """Lock in, try whether it holds, report, and decode until the client goes away."""
    loaded_bytes = confine.address_space()
    memory_bytes = loaded_bytes + limits.MEMORY_BYTES
    status = confine.apply(confine.SERVER_LAYERS)
    own_users = status["namespaces"].startswith("on")

    def child_layers(cpu_s: int, most_bytes: int, *, threads: bool) -> tuple[confine.Layer, ...]:
        return confine.child_layers(memory_bytes=most_bytes, cpu_s=cpu_s, threads=threads, own_users=own_users)

    layers = {threads: child_layers(limits.CPU_S, memory_bytes, threads=threads) for threads in (False, True)}
    long = child_layers(limits.PLAY_CPU_S, memory_bytes, threads=False)
    cutting = {
        threads: child_layers(limits.PLAY_CPU_S, loaded_bytes + limits.TILES_MEMORY_BYTES, threads=threads)
        for threads in (False, True)
    }
    status |= trial.confinement(layers[False], memory_bytes=memory_bytes)
    status["decoders"] = trial.decoders(layers, sound)
    send(sock, {"status": status})
    if not confine.holds(status):
        return
    while True:
        message, (descriptor,) = receive(sock)
        asked = Asked(**message)
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            sock.close()
            ours.close()
            needs_thread = asked.media_type in decode_picture.THREADED
            locks = cutting[needs_thread] if asked.tiles else long if asked.takes_long else layers[needs_thread]
            child(shared, theirs.fileno(), descriptor, asked, locks)
        theirs.close()
        os.close(descriptor)
        with ours:
            wall_s = limits.PLAY_WALL_S if asked.takes_long else limits.WALL_S
            most_bytes = limits.TILES_MEMORY_BYTES if asked.tiles else limits.MEMORY_BYTES
            send(sock, {"ended": watch(pid, ours.fileno(), sock, wall_s, most_bytes)})


def main(socket_descriptor: int, memory_descriptor: int) -> None:
    """Run the fork server on the two inherited descriptors."""
    sock = socket.socket(fileno=socket_descriptor)
    shared = mmap.mmap(memory_descriptor, limits.SHARED_BYTES)
    # mmap keeps a duplicate of its own; with the first closed nothing can resize the memory but through that.
    os.close(memory_descriptor)
    sound = decode_picture.preload() | decode_video.preload()
    animation.preload()
    gc.freeze()
    # What the libraries print about hostile files is written by those files: it must not reach a terminal.
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.close(silence)
    with contextlib.suppress(EOFError, ConnectionError):
        serve(sock, shared, sound)
