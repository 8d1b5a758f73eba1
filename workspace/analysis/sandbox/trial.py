"""Proof, before the first file, that the confinement holds and that the decoders work inside it.

A layer that was put on without an error could still let something through, and a C library newer than the list of
allowed system calls would make sound files look damaged. Both are tried for real in a child, once at every start.
"""

from __future__ import annotations

import io
import json
import mmap
import os
import socket
from collections.abc import Callable

from workspace.analysis.sandbox import confine, decode_picture, decode_video
from workspace.analysis.sandbox.kinds import kind_of
from workspace.analysis.sandbox.pixels import strips
from workspace.errors import Refused


def attempts(memory_bytes: int) -> dict[tuple[str, str], Callable[[], object]]:
    """List what a confined child must not be able to do, as (layer, what) and a real attempt."""
    return {
        ("seccomp", "open a file"): lambda: os.open("/proc/self/stat", os.O_RDONLY),
        ("seccomp", "open a socket"): lambda: socket.socket(socket.AF_UNIX),
        ("seccomp", "start a process"): lambda: os.fork() or os._exit(0),
        ("seccomp", "run a program"): lambda: os.execv("/bin/true", ["true"]),  # noqa: S606 - it must fail
        ("rlimits", "take more memory than allowed"): lambda: mmap.mmap(-1, memory_bytes + (1 << 20)),
    }


def confinement(layers: tuple[confine.Layer, ...], *, memory_bytes: int) -> dict[str, str]:
    """Lock a first child in and let it try; a layer through which an attempt succeeds is reported as failed."""

    def try_all() -> dict[str, str]:
        status = confine.apply(layers)
        for (layer, what), attempt in attempts(memory_bytes).items():
            try:
                attempt()
            except (OSError, MemoryError):
                continue
            if status[layer].startswith("on"):
                status[layer] = f"failed (could {what})"
        return status

    return told_by_child(try_all) or {"seccomp": "failed (the trial did not end)"}


def decoders(layers: dict[bool, tuple[confine.Layer, ...]], sound: dict[str, bytes]) -> str:
    """Decode a sound file of each type in confined children; «on», or which types failed."""
    failed: dict[str, str] = {}
    for threads, chosen in layers.items():
        group = {name: content for name, content in sound.items() if (name in decode_picture.THREADED) == threads}

        def decode_all(group: dict[str, bytes] = group, chosen: tuple[confine.Layer, ...] = chosen) -> dict[str, str]:
            confine.apply(chosen)
            return {name: why for name, content in group.items() if (why := _failure(name, content))}

        told = told_by_child(decode_all)
        failed |= dict.fromkeys(group, "the child ended") if told is None else told
    return f"failed ({failed})" if failed else "on"


def _failure(media_type: str, content: bytes) -> str:
    try:
        if kind_of(media_type) == "photo":
            list(strips(decode_picture.read_picture(io.BytesIO(content), media_type).image))
        else:
            list(decode_video.read_video(io.BytesIO(content), media_type, lambda: 0.0).frames)
    except Refused as error:
        return str(error.__cause__ or error)
    return ""


def told_by_child(work: Callable[[], dict[str, str]]) -> dict[str, str] | None:
    """Run `work` in a child of this process; None if the child did not come to its end."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(write_end, json.dumps(work()).encode())
        finally:
            os._exit(0)
    os.close(write_end)
    with open(read_end, "rb") as report:
        told = report.read()
    os.waitpid(pid, 0)
    return dict(json.loads(told)) if told else None
