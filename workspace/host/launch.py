"""Becomes another program that dies with the process that started it; run as a script by processes.py, never imported.

`launch.py PARENT SIGNAL UID GID PROGRAM ARGUMENT…`: UID and GID are numbers, or - to stay who we are. The kernel
forgets the wish to die with the parent when the user changes, so it is made after that, in a process of its own: a
function run between fork and exec (subprocess's preexec_fn) could lock up wherever threads run.

What it becomes leaves no core dump: its memory holds keys, pictures and rows in clear.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(parent: str, end_signal: str, uid: str, gid: str, *command: str) -> None:
    """Change user, arrange to die with `parent` and to leave nothing, and become `command`."""
    if uid != "-":
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(end_signal), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit("the process that started this one is gone")
    try:
        os.execv(command[0], command)  # noqa: S606 - no shell
    except OSError as refusal:
        sys.exit(f"{command[0]} cannot be run: {refusal.strerror}")


if __name__ == "__main__":
    main(*sys.argv[1:])
