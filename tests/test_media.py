"""What the encrypted store promises: nothing in clear, nothing half done, nothing changed unseen."""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.support.waiting import LIMIT_S
from workspace.errors import Invalid, Refused, Unavailable
from workspace.store.cipher import CHUNK_BYTES, HEADER_BYTES, TAG_BYTES
from workspace.store.keys import (
    OperationKey,
    load_or_create_master,
    load_or_create_signing_key,
    new_wrapped_key,
    unwrap,
)
from workspace.store.objects import MediaStore, Stored, media_address, open_store

LANTERN = OperationKey("operation-1", bytes(range(32)))
OTHER = OperationKey("operation-2", bytes(range(32)))
MANY = 1 << 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media store"  # a space: the URL has to be unquoted


@pytest.fixture
def store(folder: Path) -> MediaStore:
    return open_store(folder.as_uri())


def put(store: MediaStore, content: bytes, key: OperationKey = LANTERN) -> Stored:
    return store.put_stream([content], key=key, max_bytes=MANY)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 700_001])
def test_what_was_stored_is_read_back_with_its_three_digests(store: MediaStore, size: int) -> None:
    content = os.urandom(size)

    stored = put(store, content)

    assert stored.size_bytes == size
    assert stored.sha256 == hashlib.sha256(content).digest()
    assert stored.md5 == hashlib.md5(content).digest()
    assert stored.sha1 == hashlib.sha1(content).digest()
    assert b"".join(store.read(stored.address, key=LANTERN, sha256=stored.sha256)) == content


@given(cuts=st.lists(st.integers(0, 627_500), max_size=6))
def test_how_a_stream_arrives_does_not_change_what_is_stored(tmp_path_factory, cuts: list[int]) -> None:
    store = open_store(tmp_path_factory.mktemp("cuts").as_uri())
    content = bytes(range(251)) * 2500
    edges = [0, *sorted(cuts), len(content)]

    pieces = (content[start:end] for start, end in itertools.pairwise(edges))
    stored = store.put_stream(pieces, key=LANTERN, max_bytes=MANY)

    assert stored.sha256 == hashlib.sha256(content).digest()
    assert store.read_bytes(stored.address, key=LANTERN) == content


def test_neither_content_nor_its_hash_stands_on_the_disk(store: MediaStore, folder: Path) -> None:
    content = b"the same line again and again " * 1000

    stored = put(store, content)

    [path] = files(folder)
    written = path.read_bytes()
    assert b"the same line" not in written
    assert stored.sha256 not in written
    assert stored.sha256.hex() not in str(path)
    assert path.stat().st_mode & 0o077 == 0


def test_storing_the_same_content_again_changes_nothing(store: MediaStore, folder: Path) -> None:
    first = put(store, b"once")
    before = {path: path.read_bytes() for path in files(folder)}

    second = put(store, b"once")

    assert second == first
    assert {path: path.read_bytes() for path in files(folder)} == before


def test_an_object_cut_short_from_outside_is_healed_by_storing_it_again(store: MediaStore, folder: Path) -> None:
    stored = put(store, b"whole")
    os.truncate(folder / stored.address, 20)

    put(store, b"whole")

    assert store.read_bytes(stored.address, key=LANTERN) == b"whole"


def test_two_operations_do_not_share_an_address_for_the_same_content(store: MediaStore) -> None:
    one, two = put(store, b"same"), put(store, b"same", OTHER)

    assert one.address.split("/")[-1] != two.address.split("/")[-1]
    with pytest.raises(Invalid):
        store.read(one.address, key=OTHER)


def test_the_address_can_be_known_beforehand_by_who_holds_the_key(store: MediaStore) -> None:
    stored = put(store, b"known")

    assert media_address(LANTERN, hashlib.sha256(b"known").digest()) == stored.address
    assert media_address(OperationKey("operation-1", bytes(32)), stored.sha256) != stored.address


def every_region(size: int) -> Iterator[int]:
    """Byte offsets in each part of an object of three chunks: magic, salt, seal, each chunk, each tag."""
    yield from (0, 8, 39, 40, HEADER_BYTES - 1)
    sealed = CHUNK_BYTES + TAG_BYTES
    for start in range(HEADER_BYTES, size, sealed):
        yield from (start, min(start + sealed, size) - 1)


def test_one_flipped_bit_anywhere_is_found(store: MediaStore, folder: Path) -> None:
    stored = put(store, os.urandom(2 * CHUNK_BYTES + 100))
    path = folder / stored.address
    whole = path.read_bytes()

    for offset in every_region(len(whole)):
        changed = bytearray(whole)
        changed[offset] ^= 1
        path.write_bytes(changed)

        with pytest.raises(Unavailable) as refusal:
            store.read_bytes(stored.address, key=LANTERN)
        assert refusal.value.facts["reason"] == "damaged"


def sealed_chunks(whole: bytes) -> list[bytes]:
    body, sealed = whole[HEADER_BYTES:], CHUNK_BYTES + TAG_BYTES
    return [body[start : start + sealed] for start in range(0, len(body), sealed)]


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(lambda chunks: chunks[:-1], id="last chunk cut off"),
        pytest.param(lambda chunks: [*chunks[:-1], chunks[-1][:-1]], id="last byte cut off"),
        pytest.param(lambda chunks: [], id="all cut off"),
        pytest.param(lambda chunks: [chunks[1], chunks[0], chunks[2]], id="reordered"),
        pytest.param(lambda chunks: [chunks[0], chunks[0], chunks[2]], id="repeated"),
        pytest.param(lambda chunks: [chunks[0], chunks[2]], id="one taken out"),
        pytest.param(lambda chunks: [*chunks, chunks[0]], id="lengthened"),
        pytest.param(lambda chunks: [*chunks, b"x"], id="one byte added"),
    ],
)
def test_cut_reordered_and_lengthened_objects_are_found(store: MediaStore, folder: Path, tamper) -> None:
    stored = put(store, os.urandom(3 * CHUNK_BYTES))
    path = folder / stored.address
    whole = path.read_bytes()

    path.write_bytes(whole[:HEADER_BYTES] + b"".join(tamper(sealed_chunks(whole))))

    with pytest.raises(Unavailable, match="damaged"):
        store.read_bytes(stored.address, key=LANTERN)


def test_an_object_put_in_the_place_of_another_is_found_before_a_byte_is_read(store: MediaStore, folder: Path) -> None:
    one, two = put(store, b"one"), put(store, b"two")
    os.replace(folder / one.address, folder / two.address)

    with pytest.raises(Unavailable, match="damaged"):
        store.read(two.address, key=LANTERN)


def test_another_key_does_not_open_it(store: MediaStore) -> None:
    stored = put(store, b"mine")

    with pytest.raises(Unavailable, match="damaged"):
        store.read(stored.address, key=OperationKey("operation-1", bytes(32)))


def test_a_wrong_expected_hash_is_found(store: MediaStore) -> None:
    stored = put(store, b"content")

    with pytest.raises(Unavailable, match="damaged"):
        list(store.read(stored.address, key=LANTERN, sha256=bytes(32)))


def test_a_missing_object_says_that_it_is_missing(store: MediaStore, folder: Path) -> None:
    stored = put(store, b"gone")
    (folder / stored.address).unlink()

    with pytest.raises(Unavailable) as refusal:
        store.read(stored.address, key=LANTERN)
    assert refusal.value.facts["reason"] == "missing"


@pytest.mark.parametrize("address", ["../../etc/passwd", "operation-1/ab/../../x", "/etc/passwd", "", "operation-1"])
def test_an_address_that_the_store_never_gave_is_refused(store: MediaStore, address: str) -> None:
    with pytest.raises(Invalid):
        store.read(address, key=LANTERN)


def test_a_stream_longer_than_allowed_is_refused_and_leaves_nothing(store: MediaStore, folder: Path) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(CHUNK_BYTES)

    with pytest.raises(Refused) as refusal:
        store.put_stream(endless(), key=LANTERN, max_bytes=3_000_000)

    assert refusal.value.facts["reason"] == "too_large"
    assert files(folder) == []


def test_a_source_that_breaks_leaves_nothing_and_keeps_its_own_error(store: MediaStore, folder: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield bytes(CHUNK_BYTES * 2)
        raise FileNotFoundError("the source was unplugged")

    with pytest.raises(FileNotFoundError, match="unplugged"):
        store.put_stream(broken(), key=LANTERN, max_bytes=MANY)

    assert files(folder) == []


def test_a_full_disk_says_so_leaves_nothing_and_keeps_what_was_stored(store: MediaStore, folder: Path) -> None:
    kept = put(store, b"stored before")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(Unavailable, match="disk is full") as refusal:
            put(store, os.urandom(2_000_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert refusal.value.facts["reason"] == "disk_full"
    assert [str(path.relative_to(folder)) for path in files(folder)] == [kept.address]
    assert store.read_bytes(kept.address, key=LANTERN) == b"stored before"


@pytest.mark.parametrize("slow", ["_publish", "fsync"])
def test_under_gevent_others_go_on_while_a_disk_or_a_store_is_slow(folder: Path, slow: str) -> None:
    script = (
        "from gevent import monkey; monkey.patch_all()\n"
        "import os, sys, time, gevent\n"
        "from workspace.store.keys import OperationKey\n"
        "from workspace.store.objects import MediaStore\n"
        "sleep, clock, fsync = monkey.get_original('time', 'sleep'), time.monotonic, os.fsync\n"
        "def nap():\n"  # until others have gone on ten times; where they cannot, for long enough to see that
        "    enough, end = turns + 10, clock() + 20\n"
        "    while turns < enough and clock() < end: sleep(0.01)\n"
        "class Slow(MediaStore):\n"
        "    def _publish(self, *given, **named):\n"
        "        if sys.argv[2] == '_publish': nap()\n"
        "        super()._publish(*given, **named)\n"
        "if sys.argv[2] == 'fsync': os.fsync = lambda handle: nap() or fsync(handle)\n"
        "turns = 0\n"
        "def others():\n"
        "    global turns\n"
        "    while True: gevent.sleep(0.01); turns += 1\n"
        "gevent.spawn(others); gevent.sleep(0.05); turns = 0\n"
        "store, key = Slow(sys.argv[1]), OperationKey('operation-1', bytes(32))\n"
        "stored = store.put_stream([b'a'], key=key, max_bytes=9)\n"
        "print(turns, store.read_bytes(stored.address, key=key))\n"
        "try: Slow(sys.argv[1])._store and store.put_stream([b'ab'], key=key, max_bytes=1)\n"
        "except Exception as refusal: print(type(refusal).__name__)\n"
    )
    root = Path(__file__).parent.parent

    told = subprocess.run(
        [sys.executable, "-c", script, folder.as_uri(), slow], check=True, cwd=root, capture_output=True, text=True
    )

    turns, content, refusal = told.stdout.split()
    assert int(turns) >= 10
    assert (content, refusal) == ("b'a'", "Refused")


def test_what_a_killed_process_left_behind_is_swept_when_it_is_old(store: MediaStore, folder: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "from workspace.store.keys import OperationKey\n"
        "from workspace.store.objects import open_store\n"
        "def chunks():\n"
        "    yield bytes(1_000_000)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "open_store(sys.argv[1]).put_stream(chunks(), key=OperationKey('operation-1', bytes(32)), max_bytes=1 << 40)\n"
    )
    subprocess.run([sys.executable, "-c", script, folder.as_uri()], check=False, cwd=Path(__file__).parent.parent)
    kept = put(store, b"kept")
    assert len(files(folder)) == 2

    assert store.sweep_spool(older_than_s=3600) == 0
    assert store.sweep_spool(older_than_s=0) == 1

    assert [str(path.relative_to(folder)) for path in files(folder)] == [kept.address]


def test_a_memory_file_for_the_decoder_is_sealed_against_every_change(store: MediaStore) -> None:
    content = os.urandom(600_000)
    stored = put(store, content)

    with store.memfd(stored.address, LANTERN) as descriptor:
        assert os.read(descriptor, 700_000) == content
        seals = fcntl.fcntl(descriptor, fcntl.F_GET_SEALS)
        assert seals == fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
        with pytest.raises(PermissionError):
            os.write(descriptor, b"x")


def test_a_damaged_object_leaves_no_descriptor_open(store: MediaStore, folder: Path) -> None:
    stored = put(store, b"content")
    os.truncate(folder / stored.address, HEADER_BYTES)
    before = len(os.listdir("/proc/self/fd"))

    with pytest.raises(Unavailable), store.memfd(stored.address, LANTERN):
        pass

    assert len(os.listdir("/proc/self/fd")) == before


def test_content_streams_through_in_constant_memory(store: MediaStore) -> None:
    block = os.urandom(CHUNK_BYTES)
    put(store, block)  # what is loaded once is loaded now
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    stored = store.put_stream((block for _ in range(400)), key=LANTERN, max_bytes=MANY)
    assert sum(len(chunk) for chunk in store.read(stored.address, key=LANTERN)) == 400 * CHUNK_BYTES

    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kib < 40_000  # of 102,400 KiB that went through


@pytest.mark.parametrize("url", ["memory://", "", "http://example.invalid/x", "file://server/share", "s3://"])
def test_a_url_that_names_no_store_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        open_store(url)


def test_an_unknown_option_of_an_object_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refusal:
        open_store("s3://bucket?region=eu-west-1&no_such_option=1", spool=tmp_path)
    assert "no_such_option" in refusal.value.facts["faults"]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A real S3 server over HTTP on loopback, with one bucket."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.mark.distributed
def test_an_object_store_keeps_the_same_promises(endpoint: str, tmp_path: Path) -> None:
    import urllib.request

    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/media", method="PUT"), timeout=LIMIT_S).close()
    store = open_store(
        f"s3://media/concord?endpoint={endpoint}&region=us-east-1&access_key_id=k&secret_access_key=s&allow_http=true",
        spool=tmp_path / "spool",
    )
    content = os.urandom(6 * 1024 * 1024 + 1)  # beyond the 5 MiB of one part

    stored = store.put_stream([content], key=LANTERN, max_bytes=MANY)

    assert put(store, content) == stored
    assert store.read_bytes(stored.address, key=LANTERN, sha256=stored.sha256) == content
    assert files(tmp_path / "spool") == []
    never_stored = stored.address[:-8] + "00000000"
    with pytest.raises(Unavailable) as refusal:
        store.read(never_stored, key=LANTERN)
    assert refusal.value.facts["reason"] == "missing"


def test_an_object_store_that_is_gone_is_said_to_be_so_soon_and_leaves_nothing(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    store = open_store(
        f"s3://media?endpoint=http://127.0.0.1:{port}&region=us-east-1&access_key_id=k&secret_access_key=s&allow_http=true",
        spool=tmp_path,
    )

    started = time.monotonic()
    with pytest.raises(Unavailable) as refusal:
        put(store, b"content")

    assert refusal.value.facts["reason"] == "store_unavailable"
    assert time.monotonic() - started < 20
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_used_is_said_to_be_so(store: MediaStore, folder: Path) -> None:
    (folder / "operation-1").write_bytes(b"a file in the place of a folder")

    with pytest.raises(Unavailable) as refusal:
        put(store, b"content")

    assert refusal.value.facts["reason"] == "store_unavailable"
    assert [path.name for path in files(folder)] == ["operation-1"]


def test_what_can_be_made_again_may_be_stored_without_a_sync(store: MediaStore) -> None:
    stored = store.put_bytes(b"derivative", key=LANTERN, durable=False)

    assert store.read_bytes(stored.address, key=LANTERN) == b"derivative"


def test_a_wrapped_key_opens_only_with_its_master_and_for_its_operation() -> None:
    master = os.urandom(32)
    wrapped = new_wrapped_key(master, "operation-1")

    key = unwrap(master, wrapped, "operation-1")

    assert unwrap(master, wrapped, "operation-1") == key
    assert key.key not in wrapped
    assert key.key.hex() not in repr(key)
    assert repr(key.key) not in repr(key)
    for wrong in (
        (os.urandom(32), wrapped, "operation-1"),
        (master, wrapped, "operation-2"),
        (master, b"", "operation-1"),
    ):
        with pytest.raises(Unavailable):
            unwrap(*wrong)


def test_two_operations_get_different_keys() -> None:
    master = os.urandom(32)

    keys = {unwrap(master, new_wrapped_key(master, "operation-1"), "operation-1").key for _ in range(5)}

    assert len(keys) == 5


@pytest.mark.parametrize("given", [("a/b", bytes(32)), ("..", bytes(32)), ("", bytes(32)), ("operation-1", b"short")])
def test_an_operation_key_that_cannot_be_one_is_refused(given: tuple[str, bytes]) -> None:
    with pytest.raises(Invalid):
        OperationKey(*given)


def test_a_master_key_is_made_once_private_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"

    master = load_or_create_master(path)

    assert len(master) == 32
    assert load_or_create_master(path) == master
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["master.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(bytes(32))
    path.chmod(mode)

    with pytest.raises(Unavailable, match="chmod 600"):
        load_or_create_master(path)


def test_a_key_file_of_the_wrong_length_is_refused_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(b"short")
    path.chmod(0o600)

    with pytest.raises(Unavailable):
        load_or_create_master(path)
    assert path.read_bytes() == b"short"


def test_processes_that_start_at_once_share_one_master_key(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"

    with ThreadPoolExecutor(8) as together:
        found = set(together.map(lambda _: load_or_create_master(path), range(32)))

    assert len(found) == 1
    assert [left.name for left in path.parent.iterdir()] == ["master.key"]


def test_a_signing_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    other = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(other)
    path.chmod(0o600)

    with pytest.raises(Unavailable, match="Ed25519"):
        load_or_create_signing_key(path)


def test_a_signing_key_is_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"

    first, second = load_or_create_signing_key(path), load_or_create_signing_key(path)

    assert isinstance(first, Ed25519PrivateKey)
    assert first.public_key() == second.public_key()
    path.write_bytes(b"not a key")
    with pytest.raises(Unavailable):
        load_or_create_signing_key(path)
