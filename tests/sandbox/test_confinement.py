"""The confinement is attacked for real, and taken away for real: then nothing is decoded."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sandbox_material import decode_picture, descriptor_of, picture_file, run_apart, video_file
from tests.support.waiting import until
from workspace.analysis.sandbox import confine
from workspace.analysis.sandbox.client import Decoder, _check_end, _sealed_memory
from workspace.analysis.sandbox.limits import SHARED_BYTES
from workspace.errors import Refused, Unavailable

on_x86_64 = pytest.mark.skipif(platform.machine() != "x86_64", reason="the attacks name system calls by x86-64 number")

ATTACK = """
import ctypes, json, mmap, os, resource, signal, socket, sys, threading, time
from workspace.analysis.sandbox import confine, trial
from workspace.analysis.sandbox.client import _sealed_memory
from workspace.analysis.sandbox.limits import SHARED_BYTES

layers, threads = json.loads(sys.argv[1]), sys.argv[2] == "threads"
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
memory = _sealed_memory()
shared = mmap.mmap(memory, SHARED_BYTES)
victim, parent = os.getppid(), os.getpid()
folder = os.open("/", os.O_RDONLY)
used = confine.address_space()

def call(number, *arguments):
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def thread():
    worker = threading.Thread(target=lambda: None)
    worker.start()
    worker.join()

def flood():
    gate = threading.Event()
    for _ in range(200):
        threading.Thread(target=gate.wait, daemon=True).start()

ATTACKS = {
    "read a file": lambda: open("/etc/passwd").read(),
    "write a file": lambda: open("/tmp/escaped", "w").write("x"),
    "open below an open folder": lambda: os.open("etc/passwd", os.O_RDONLY, dir_fd=folder),
    "openat2": lambda: call(437, folder, b"etc/passwd", bytes(24), 24),
    "list a folder": lambda: os.listdir("/"),
    "remove a file": lambda: os.unlink("/tmp/none"),
    "make a folder": lambda: os.mkdir("/tmp/escaped"),
    "change a mode": lambda: os.chmod("/tmp", 0o700),
    "connect": lambda: socket.socket().connect(("127.0.0.1", 9)),
    "local socket": lambda: socket.socket(socket.AF_UNIX),
    "pair of sockets": lambda: socket.socketpair(),
    "netlink": lambda: socket.socket(socket.AF_NETLINK),
    "fork": lambda: os.fork() or os._exit(0),
    "vfork": lambda: call(58),
    "clone3": lambda: call(435, bytes(88), 88),
    "fork bomb": lambda: [os.fork() for _ in range(64)],
    "run a program": lambda: os.execv("/bin/true", ["true"]),
    "run an open file": lambda: call(322, folder, b"", 0, 0, 0x1000),
    "kill its parent": lambda: os.kill(parent, signal.SIGKILL),
    "kill the worker": lambda: os.kill(victim, signal.SIGKILL),
    "signal through a descriptor": lambda: call(72, memory, 10, signal.SIGKILL),
    "trace its parent": lambda: call(101, 16, parent, 0, 0),
    "read its parent's memory": lambda: call(310, parent, bytes(16), 1, bytes(16), 1, 0),
    "executable memory": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC),
    "make memory executable": lambda: call(10, 0, 4096, 7),
    "new memory file": lambda: os.memfd_create("own"),
    "shrink the shared memory": lambda: os.ftruncate(memory, 0),
    "grow the shared memory": lambda: os.ftruncate(memory, SHARED_BYTES * 2),
    "write beyond the shared memory": lambda: (os.lseek(memory, SHARED_BYTES, 0), os.write(memory, b"x")),
    "lift its limits": lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)),
    "mount": lambda: call(165, b"none", b"/tmp", b"tmpfs", 0, 0),
    "new namespaces": lambda: call(272, 0x10000000),
    "bpf": lambda: call(321, 0, bytes(16), 16),
    "io_uring": lambda: call(425, 1, bytes(120)),
    "userfaultfd": lambda: call(323, 0),
    "perf": lambda: call(298, bytes(112), 0, -1, -1, 0),
    "keyring": lambda: call(250, 0, -3, 0),
    "become dumpable": lambda: call(157, 4, 1, 0, 0, 0),
    "another filter": lambda: call(317, 1, 0, 0),
    "take two gigabytes": lambda: bytearray(2 << 30),
    "x32 call": lambda: call(0x40000000 + 39),
    "thread": thread,
    "thread bomb": flood,
}

def attack_alone(attack):
    def attempt():
        confine.apply(l for l in confine.child_layers(
            memory_bytes=used + (1 << 30), cpu_s=5, threads=threads, own_users=own_users) if l[0] in layers)
        try:
            attack()
        except (OSError, MemoryError, RuntimeError, ValueError) as error:
            return {"blocked": type(error).__name__}
        return {"got": "through"}
    told = trial.told_by_child(attempt)
    return "ended" if told is None else told.get("blocked") or "through"

status = confine.apply(l for l in confine.SERVER_LAYERS if l[0] in layers)
own_users = status.get("namespaces") == "on"
spared = json.loads(sys.argv[3])
print(json.dumps({name: attack_alone(attack) for name, attack in ATTACKS.items() if name not in spared}))
"""
ALL = [name for name, _ in confine.SERVER_LAYERS] + ["rlimits", "seccomp"]


def attack(layers: list[str], *, threads: bool = False, spared: tuple[str, ...] = ()) -> dict[str, str]:
    told = run_apart(ATTACK, json.dumps(layers), "threads" if threads else "none", json.dumps(spared))
    return dict(json.loads(told))


def got_through(outcome: dict[str, str]) -> list[str]:
    """Name the attacks that were not refused; only the call of another architecture may end the child instead."""
    return [
        name for name, result in outcome.items() if result == "through" or (result == "ended" and name != "x32 call")
    ]


@on_x86_64
def test_every_attack_is_blocked() -> None:
    outcome = attack(ALL)

    assert len(outcome) > 40
    assert got_through(outcome) == []
    assert not Path("/tmp/escaped").exists()


@on_x86_64
def test_the_required_layers_alone_block_every_attack() -> None:
    outcome = attack(list(confine.REQUIRED))

    assert got_through(outcome) == []


@on_x86_64
def test_without_the_filter_attacks_succeed() -> None:
    """The attacks are real: what is blocked above gets through here."""
    # Those that would harm the machine of the tests are left out.
    spared = ("kill its parent", "kill the worker", "fork bomb", "thread bomb", "change a mode", "make a folder")
    outcome = attack(["drop_root", "no_new_privs", "rlimits", "die_with_parent"], spared=spared)

    through = {name for name, result in outcome.items() if result == "through"}
    assert through >= {"executable memory", "become dumpable", "signal through a descriptor"}
    assert "shrink the shared memory" not in through


@on_x86_64
def test_a_child_with_threads_may_start_a_few_and_nothing_else() -> None:
    outcome = attack(ALL, threads=True)

    assert got_through(outcome) == ["thread"]


def test_the_shared_memory_can_neither_shrink_nor_grow() -> None:
    memory = _sealed_memory()
    try:
        for size in (0, SHARED_BYTES + 1):
            with pytest.raises(PermissionError):
                os.ftruncate(memory, size)
    finally:
        os.close(memory)


def test_every_layer_reports_itself(decoder: Decoder) -> None:
    assert set(decoder.status) == {*ALL, "decoders"}
    assert all(decoder.status[name].startswith("on") for name in (*confine.REQUIRED, "decoders"))


@pytest.mark.parametrize("name", confine.REQUIRED)
def test_a_missing_required_layer_does_not_count_as_confined(name: str) -> None:
    status = dict.fromkeys(confine.REQUIRED, "on")

    assert confine.holds(status)
    assert not confine.holds(status | {name: "refused (Operation not permitted)"})
    assert not confine.holds({layer: "on" for layer in confine.REQUIRED if layer != name})


KERNEL_THAT_REFUSES = """
import errno, struct, sys
from workspace.analysis.sandbox import confine
from workspace.analysis.sandbox.client import Decoder
from workspace.errors import Unavailable

# A kernel that refuses a call (with a first argument, if one is named) as an old or a locked-down one does.
number, argument = int(sys.argv[1]), int(sys.argv[2])
load = lambda offset: struct.pack("HBBI", 0x20, 0, 0, offset)
unless = lambda value, skip: struct.pack("HBBI", 0x15, 0, skip, value)
answer = lambda value: struct.pack("HBBI", 0x06, 0, 0, value)
refuse = answer(0x00050000 | errno.EPERM)
body = [unless(number, 1), refuse] if argument < 0 else [unless(number, 3), load(16), unless(argument, 1), refuse]
if number != 157 or argument != 38:
    confine.no_new_privs()
confine.install_filter(b"".join([load(0), *body, answer(0x7FFF0000)]))
decoder = Decoder()
try:
    decoder.start()
    print("started", decoder.status.get(sys.argv[3]))
except Unavailable as error:
    print("unavailable", error.facts["layers"][sys.argv[3]])
decoder.stop()
"""


@on_x86_64
@pytest.mark.parametrize(
    ("layer", "number", "argument"),
    [
        ("seccomp", 157, 22),
        ("rlimits", 302, -1),
        pytest.param(
            "no_new_privs",
            157,
            38,
            marks=pytest.mark.skipif(os.getuid() != 0, reason="needs root to set up the refusal"),
        ),
    ],
)
def test_nothing_is_decoded_where_the_kernel_refuses_a_required_layer(layer: str, number: int, argument: int) -> None:
    told = run_apart(KERNEL_THAT_REFUSES, str(number), str(argument), layer)

    assert told.startswith("unavailable refused")


@on_x86_64
@pytest.mark.parametrize(("layer", "number"), [("landlock", 444), ("namespaces", 272), ("capabilities", 126)])
def test_an_extra_layer_may_be_refused_and_is_reported(layer: str, number: int) -> None:
    assert run_apart(KERNEL_THAT_REFUSES, str(number), "-1", layer).startswith("started refused")


def test_the_fork_server_holds_nothing_of_the_workspace() -> None:
    program = "import workspace.analysis.sandbox.server; print(*(n for n in sys.modules if n.startswith('workspace')))"

    loaded = set(run_apart(program).split())

    package = "workspace.analysis.sandbox"
    parts = {
        "animation",
        "clock",
        "bmp",
        "confine",
        "contents",
        "cut_picture",
        "decode_picture",
        "decode_video",
        "gif",
        "jpeg_2000",
        "jpeg_damage",
        "jpeg_xl",
        "kinds",
        "limits",
        "maker_notes",
        "metadata",
        "moments",
        "pdf_pages",
        "photoshop",
        "picture_ends",
        "picture_structure",
        "picture_sources",
        "pixels",
        "play_video",
        "raw_contents",
        "sampling",
        "server",
        "tiff_contents",
        "trial",
        "video_ends",
        "video_track",
        "webp",
        "wire",
        "xmp",
    }
    assert loaded == {
        "workspace",
        "workspace.analysis",
        "workspace.errors",
        "workspace.rules",
        "workspace.rules.codes",
        "workspace.rules.tiles",
        package,
        *(f"{package}.{p}" for p in parts),
    }


def test_the_fork_server_inherits_no_environment_and_no_handle(tmp_path: Path) -> None:
    with Decoder() as decoder, (tmp_path / "open").open("w") as kept:
        os.set_inheritable(kept.fileno(), True)
        decoder.stop()
        decoder.start()
        assert decoder._server is not None
        folder = Path(f"/proc/{decoder._server.pid}")
        try:
            environment = (folder / "environ").read_bytes()
            handles = {os.readlink(entry) for entry in (folder / "fd").iterdir()}
        except PermissionError:
            pytest.skip("only root may look into a process that cannot be dumped")

    names = {entry.partition(b"=")[0] for entry in environment.split(b"\0") if entry}
    assert names <= {b"OPENBLAS_NUM_THREADS", b"OMP_NUM_THREADS", b"GLIBC_TUNABLES", b"LC_CTYPE"}
    assert not any(handle.startswith(str(tmp_path)) for handle in handles)
    assert len([handle for handle in handles if handle.startswith("socket:")]) == 1


def server_pid(decoder: Decoder) -> int:
    decoder.start()
    assert decoder._server is not None
    return decoder._server.pid


def test_a_killed_server_is_started_again_for_the_next_file() -> None:
    with Decoder() as decoder:
        first = server_pid(decoder)
        os.kill(first, signal.SIGKILL)

        assert decode_picture(decoder, picture_file("JPEG")).width == 320
        assert server_pid(decoder) != first


def test_a_server_that_cannot_be_started_again_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    with Decoder() as decoder:
        os.kill(server_pid(decoder), signal.SIGKILL)
        monkeypatch.setattr(sys, "executable", "/nonexistent/python")
        with pytest.raises(Unavailable, match="did not start"):
            decode_picture(decoder, picture_file("JPEG"))
        monkeypatch.setattr(sys, "executable", "/bin/false")
        with pytest.raises(Unavailable, match="did not start"):
            decode_picture(decoder, picture_file("JPEG"))

        monkeypatch.undo()
        assert decode_picture(decoder, picture_file("JPEG")).width == 320


def test_a_server_killed_in_the_middle_of_a_video_is_unavailable() -> None:
    with Decoder() as decoder, descriptor_of(video_file(frames=100, rate=1, group=1, size=(64, 48))) as descriptor:
        video = decoder.video(descriptor)
        os.kill(server_pid(decoder), signal.SIGKILL)
        with pytest.raises(Unavailable):
            list(video.frames)

        assert decode_picture(decoder, picture_file("JPEG")).width == 320


def test_stopping_ends_the_server_and_may_be_repeated() -> None:
    decoder = Decoder()
    pid = server_pid(decoder)

    decoder.stop()
    decoder.stop()

    assert not Path(f"/proc/{pid}").exists()


def test_the_server_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    program = """
import os, signal
from workspace.analysis.sandbox.client import Decoder
decoder = Decoder()
decoder.start()
open(sys.argv[1], "w").write(str(decoder._server.pid))
os.kill(os.getpid(), signal.SIGKILL)
"""
    with pytest.raises(AssertionError):
        run_apart(program, str(tmp_path / "pid"))

    server = Path("/proc") / (tmp_path / "pid").read_text()
    until(lambda: not running(server))


def running(process: Path) -> bool:
    try:
        return "Z" not in (process / "stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_forked_process_gets_a_server_of_its_own() -> None:
    program = """
import os
from workspace.analysis.sandbox.client import Decoder
from tests.support.sandbox_material import decode_picture, picture_file
decoder, picture = Decoder(), picture_file("JPEG")
decoder.start()
first = decoder._server.pid
if (pid := os.fork()) == 0:
    decode_picture(decoder, picture)
    own = decoder._server.pid != first
    decoder.stop()
    left = [number for number in os.listdir("/proc/self/fd") if "memfd:decoded" in os.path.realpath(f"/proc/self/fd/{number}")]
    os._exit(0 if own and not left else 1)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
assert decode_picture(decoder, picture).width == 320 and decoder._server.pid == first
decoder.stop()
print("done")
"""
    assert run_apart(program) == "done\n"


def test_time_is_up_for_a_child_that_does_not_end() -> None:
    program = """
import os, socket, time
from workspace.analysis.sandbox import confine, server
for body in ("time.sleep(60)", "os.close(control); time.sleep(60)"):
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        control = theirs.detach()
        exec(body)
    theirs.close()
    print(server.watch(pid, ours.fileno(), None, wall_s=0.3))
    ours.close()
pid = os.fork()
if pid == 0:
    confine.rlimits(memory_bytes=confine.address_space() + (1 << 30), cpu_s=1, tasks=None)
    while True:
        pass
ours, theirs = socket.socketpair()
theirs.close()
print(server.watch(pid, ours.fileno(), None))
"""
    assert run_apart(program).splitlines() == ["too_slow", "too_slow", f"signal {int(signal.SIGXCPU)}"]


def test_a_child_that_dies_of_its_limit_of_memory_is_told_from_one_that_crashes() -> None:
    program = """
import os, resource, socket
from workspace.analysis.sandbox import server
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
for size in (1 << 20, 512 << 20):
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        held = bytearray(size)
        os.abort()
    theirs.close()
    print(server.watch(pid, ours.fileno(), None, memory_bytes=512 << 20))
    ours.close()
"""
    assert run_apart(program).splitlines() == [f"signal {int(signal.SIGABRT)}", "no_memory"]


@pytest.mark.parametrize(
    ("ended", "reason"),
    [
        ("unexpected", "damaged"),
        ("no_memory", "out_of_memory"),
        ("too_slow", "too_slow"),
        ("stopped", "crashed"),
        (f"signal {int(signal.SIGXCPU)}", "too_slow"),
        (f"signal {int(signal.SIGKILL)}", "out_of_memory"),
        (f"signal {int(signal.SIGSEGV)}", "crashed"),
        (f"signal {int(signal.SIGSYS)}", "crashed"),
    ],
)
def test_the_way_a_child_ends_becomes_a_reason(ended: str, reason: str) -> None:
    _check_end("answered")
    with pytest.raises(Refused) as caught:
        _check_end(ended)
    assert caught.value.facts["reason"] == reason
    with pytest.raises(Unavailable):
        _check_end("not_confined")


def test_only_a_regular_file_is_decoded(decoder: Decoder) -> None:
    read_end, write_end = os.pipe()
    try:
        with pytest.raises(ValueError, match="regular"):
            decoder.picture(read_end)
    finally:
        os.close(read_end)
        os.close(write_end)


def test_a_file_is_read_from_its_start_and_its_offset_stays(decoder: Decoder) -> None:
    with descriptor_of(picture_file("PNG")) as descriptor:
        os.lseek(descriptor, 77, os.SEEK_SET)

        assert decoder.picture(descriptor).width == 320
        assert os.lseek(descriptor, 0, os.SEEK_CUR) == 77


def test_an_ordinary_user_can_decode(tmp_path: Path) -> None:
    """As root: by a user of this machine that may nothing; else the other tests have shown it."""
    if os.getuid() != 0:
        pytest.skip("every other test here ran as an ordinary user")
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    python = next(
        (p for p in (sys.executable, shutil.which(f"python{version}", path="/usr/bin")) if p and reachable(p)), None
    )
    if python is None:
        pytest.skip("this machine's Python lies in a folder that only root may open")
    paths = [path for path in sys.path if Path(path).is_absolute()]
    program = f"import sys; sys.path[:0] = {paths!r}\n" + (
        "from workspace.analysis.sandbox.client import Decoder\nfrom tests.support.sandbox_material import "
        "decode_picture, picture_file\n"
        "with Decoder() as decoder: print(decode_picture(decoder, picture_file('HEIF')).width)"
    )
    done = subprocess.run(
        [python, "-c", program],
        user=61234,
        group=61234,
        extra_groups=[],
        capture_output=True,
        text=True,
        cwd="/",
        env={},
    )
    assert (done.returncode, done.stdout) == (0, "320\n"), done.stderr


def reachable(python: str) -> bool:
    command = [python, "-c", ""]
    try:
        return (
            subprocess.run(command, user=61234, group=61234, extra_groups=[], env={}, capture_output=True).returncode
            == 0
        )
    except PermissionError:
        return False
