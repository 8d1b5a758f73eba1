"""The messages between the worker and its fork server: one JSON object per packet, descriptors beside it.

Both sides trust each other here: no byte of a decoded file ever passes through these messages.
"""

from __future__ import annotations

import array
import json
import socket
from typing import Any

MESSAGE_BYTES = 1 << 12


def send(sock: socket.socket, message: dict[str, object], *descriptors: int) -> None:
    """Send one message, with descriptors if there are any."""
    ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
    sock.sendmsg([json.dumps(message).encode()], ancillary)


def receive(sock: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Receive one message and its descriptors; raises EOFError when the other side has gone."""
    data, ancillary, _, _ = sock.recvmsg(MESSAGE_BYTES, socket.CMSG_SPACE(4))
    if not data:
        raise EOFError("the other side has gone")
    descriptors: list[int] = []
    for _, _, raw in ancillary:
        descriptors.extend(array.array("i", raw[: len(raw) // 4 * 4]))
    return json.loads(data), descriptors
