"""Lock the current process in, layer by layer, without any privilege.

Every layer says whether it holds, because containers and old kernels refuse some of them. `REQUIRED` names the layers
without which nothing may be decoded; the others are extras. Linux on x86-64 and aarch64, ctypes only: this module is
loaded into the process that is locked in, so it must import nothing beyond the standard library.

Sources: seccomp(2), landlock(7), prctl(2), the kernel's syscall tables. The list of allowed calls is what the decoders
were seen to need once their libraries are loaded and their file is open.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

REQUIRED = ("no_new_privs", "rlimits", "seccomp")
"""The layers that must hold; with these alone every attack of the test suite is blocked."""

NOBODY = 65534
THREADS = 16
"""Tasks that a child with threads may have, the fork server and itself included."""

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _PR_GET_NO_NEW_PRIVS = 1, 4, 22, 38, 39
_SIGKILL = 9
_CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWNET = 0x08000000, 0x10000000, 0x40000000
_SECCOMP_MODE_FILTER = 2
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT_SELF, _LANDLOCK_GET_VERSION = 444, 446, 1
_CAPABILITY_VERSION_3 = 0x20080522
_PROT_EXEC, _X32_BIT, _CLONE3, _CLONE_THREAD = 0x4, 0x40000000, 435, 0x10000
_KILL, _ALLOW, _ERRNO = 0x80000000, 0x7FFF0000, 0x00050000

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


class Machine(NamedTuple):
    """What a seccomp filter must know of a processor architecture."""

    audit: int
    mmap: int
    mprotect: int
    clone: int
    allowed: dict[str, int]
    allowed_to_threads: dict[str, int]


MACHINES = {
    "x86_64": Machine(
        audit=0xC000003E,
        mmap=9,
        mprotect=10,
        clone=56,
        allowed={
            "read": 0, "write": 1, "close": 3, "fstat": 5, "newfstatat": 262, "lseek": 8, "pread64": 17, "readv": 19,
            "munmap": 11, "brk": 12, "mremap": 25, "madvise": 28, "rt_sigaction": 13, "rt_sigprocmask": 14,
            "rt_sigreturn": 15, "sigaltstack": 131, "sched_yield": 24, "futex": 202, "sched_getaffinity": 204,
            "clock_gettime": 228, "getrandom": 318, "getpid": 39, "gettid": 186, "exit": 60, "exit_group": 231,
        },
        allowed_to_threads={"set_robust_list": 273, "rseq": 334},
    ),
    "aarch64": Machine(
        audit=0xC00000B7,
        mmap=222,
        mprotect=226,
        clone=220,
        allowed={
            "read": 63, "write": 64, "close": 57, "fstat": 80, "newfstatat": 79, "lseek": 62, "pread64": 67,
            "readv": 65, "munmap": 215, "brk": 214, "mremap": 216, "madvise": 233, "rt_sigaction": 134,
            "rt_sigprocmask": 135,
            "rt_sigreturn": 139, "sigaltstack": 132, "sched_yield": 124, "futex": 98, "sched_getaffinity": 123,
            "clock_gettime": 113, "getrandom": 278, "getpid": 172, "gettid": 178, "exit": 93, "exit_group": 94,
        },
        allowed_to_threads={"set_robust_list": 99, "rseq": 293},
    ),
}  # fmt: skip
"""The allow-list. Left out on purpose: everything that opens, connects, executes, forks or signals, and fcntl, whose
F_SETSIG would let a child send any signal to another process of the same user."""


def _check(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def _prctl(option: int, argument: int = 0) -> int:
    zero = ctypes.c_ulong(0)
    return _check(_libc.prctl(option, ctypes.c_ulong(argument), zero, zero, zero))


def _syscall(number: int, *arguments: object) -> int:
    return _check(_libc.syscall(ctypes.c_long(number), *arguments))


def drop_root() -> str:
    """Become nobody if this process is root."""
    if os.getuid() != 0:
        return "on (was not root)"
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    return "on"


def no_new_privs() -> str:
    """Give up for ever what a set-uid program could give; seccomp without root demands it."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if _prctl(_PR_GET_NO_NEW_PRIVS) != 1:
        raise OSError(errno.EPERM, "no_new_privs did not hold")
    return "on"


def die_with_parent() -> str:
    """Be killed when the parent ends. A fork clears this, so that every child asks for itself."""
    _prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    return "on"


def no_dump() -> str:
    """Refuse core files and tracing by other processes of the same user."""
    _prctl(_PR_SET_DUMPABLE, 0)
    return "on"


def own_namespaces() -> str:
    """Leave the network and the shared memory of the machine behind."""
    _check(_libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC))
    return "on"


def no_capabilities() -> str:
    """Drop the capabilities that a new user namespace brings."""
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(header, bytes(24)))
    return "on"


def no_files() -> str:
    """Handle every right over files and ports that this kernel's Landlock knows, and allow none."""
    version = _syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_LANDLOCK_GET_VERSION))
    file_rights = {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)
    words = 1 if version < 4 else 2 if version < 6 else 3  # files, then ports, then signals and abstract sockets
    attributes = struct.pack("QQQ", (1 << file_rights) - 1, 3, 3)[: 8 * words]
    ruleset = _syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    try:
        _syscall(_LANDLOCK_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
    return f"on (version {version})"


def address_space() -> int:
    """Bytes of address space this process has now; asked before Landlock closes /proc."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def rlimits(*, memory_bytes: int, cpu_s: int, tasks: int | None) -> str:
    """Limit memory and processor time; no file may grow, none may be opened, no core written.

    memory_bytes: the whole address space, what is loaded already included. tasks: processes and threads of this user;
    None leaves them to seccomp.
    """
    limits = {} if tasks is None else {resource.RLIMIT_NPROC: tasks}
    limits |= {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_s,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }
    for limit, value in limits.items():
        hard = resource.getrlimit(limit)[1]
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        # One second between the two limits of time: the first signal tells «too slow» from a kill for want of memory.
        pair = (soft, soft + 1) if limit == resource.RLIMIT_CPU and soft == value else (soft, soft)
        resource.setrlimit(limit, pair)
        if resource.getrlimit(limit) != pair:
            raise OSError(errno.EPERM, f"limit {limit} did not hold")
    return "on"


def _op(code: int, if_true: int, if_false: int, value: int) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _load(offset: int) -> bytes:
    return _op(0x20, 0, 0, offset)


def _return(value: int) -> bytes:
    return _op(0x06, 0, 0, value)


def _unless_equal_skip(value: int, instructions: int) -> bytes:
    return _op(0x15, 0, instructions, value)


def filter_program(machine: Machine, *, column_x32: bool, threads: bool) -> bytes:
    """Write the seccomp filter: allowed calls pass, memory is never executable, all others fail with EPERM."""
    number, architecture, first_argument, third_argument = 0, 4, 16, 32
    program = [_load(architecture), _op(0x15, 1, 0, machine.audit), _return(_KILL), _load(number)]
    if column_x32:
        # The x32 table numbers the same calls differently and would slip past the comparisons below.
        program += [_op(0x35, 0, 1, _X32_BIT), _return(_KILL)]
    # ENOSYS, not EPERM: the C library then falls back to clone, which is refused below.
    program += [_unless_equal_skip(_CLONE3, 1), _return(_ERRNO | errno.ENOSYS)]
    for call in (machine.mmap, machine.mprotect):
        program += [
            _unless_equal_skip(call, 4),
            _load(third_argument),
            _op(0x45, 0, 1, _PROT_EXEC),
            _return(_ERRNO | errno.EPERM),
            _return(_ALLOW),
        ]
    if threads:
        program += [
            _unless_equal_skip(machine.clone, 4),
            _load(first_argument),
            _op(0x45, 1, 0, _CLONE_THREAD),
            _return(_ERRNO | errno.EPERM),
            _return(_ALLOW),
        ]
    allowed = machine.allowed | (machine.allowed_to_threads if threads else {})
    for call in sorted(allowed.values()):
        program += [_unless_equal_skip(call, 1), _return(_ALLOW)]
    return b"".join([*program, _return(_ERRNO | errno.EPERM)])


def install_filter(program: bytes) -> None:
    """Hand a filter program to the kernel; it can never be taken off again."""
    code = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code)), 16)
    zero = ctypes.c_ulong(0)
    mode = ctypes.c_ulong(_SECCOMP_MODE_FILTER)
    _check(_libc.prctl(_PR_SET_SECCOMP, mode, ctypes.c_ulong(ctypes.addressof(header)), zero, zero))


def seccomp(*, threads: bool) -> str:
    """Allow the few system calls that a decoder needs, and no other; `threads` adds threads, never processes."""
    name = platform.machine()
    if name not in MACHINES:
        raise OSError(errno.ENOSYS, f"no list of system calls for {name}")
    install_filter(filter_program(MACHINES[name], column_x32=name == "x86_64", threads=threads))
    return "on"


Layer = tuple[str, Callable[[], str]]

SERVER_LAYERS: tuple[Layer, ...] = (
    # The order matters: becoming another user clears die_with_parent; no_dump hides /proc/self from address_space.
    ("drop_root", drop_root),
    ("no_new_privs", no_new_privs),
    ("die_with_parent", die_with_parent),
    ("no_dump", no_dump),
    ("namespaces", own_namespaces),
    ("capabilities", no_capabilities),
    ("landlock", no_files),
)
"""What holds for the fork server and, inherited, for every child."""


def child_layers(*, memory_bytes: int, cpu_s: int, threads: bool, own_users: bool) -> tuple[Layer, ...]:
    """List what each child adds before it sees the first byte.

    threads: for the one decoder that cannot do without. own_users: whether `own_namespaces` holds; only then are tasks
    counted for this sandbox alone, otherwise a limit would count what else runs under the same user.
    """
    tasks = 0 if not threads else THREADS if own_users else None
    return (
        ("die_with_parent", die_with_parent),
        ("rlimits", lambda: rlimits(memory_bytes=memory_bytes, cpu_s=cpu_s, tasks=tasks)),
        ("seccomp", lambda: seccomp(threads=threads)),
    )


def apply(layers: Iterable[Layer]) -> dict[str, str]:
    """Put the layers on in turn; each reports «on …», or «refused» with the kernel's reason."""
    status = {}
    for name, put_on in layers:
        try:
            status[name] = put_on()
        except (OSError, ValueError, AttributeError) as error:
            status[name] = f"refused ({error})"
    return status


def holds(status: dict[str, str]) -> bool:
    """Say whether every layer that decoding demands is on."""
    return all(status.get(name, "").startswith("on") for name in REQUIRED)
