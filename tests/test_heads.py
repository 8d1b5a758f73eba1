"""Signed heads of the record: made each day and with each edition, kept by people elsewhere, and compared with an
export."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from tests.support.operation import TestOperation
from tests.support.referral_steps import ReferralSteps
from workers.heads import sign_record
from workers.tools import WorkerTools
from workspace.cli.main import main
from workspace.commands.discussion import comment_on_lead
from workspace.commands.editions import draw_up_edition
from workspace.commands.heads import take_head, want_heads
from workspace.errors import Forbidden, Invalid, NotFound
from workspace.exchange.heads import is_signed_by, public_key_of, sign_head, verifier_of
from workspace.exchange.record_export import build_export
from workspace.exchange.statistics_report import printed, to_json, to_pdf
from workspace.exchange.verify_record import Head, NoHeadError, export_line, read_head, verify_record
from workspace.model.database import Database
from workspace.model.jobs import Taken
from workspace.queries.editions import editions, stored_edition
from workspace.queries.heads import HeadNote, notes_of, signed_heads
from workspace.queries.record import whole_record

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
VERIFIER = verifier_of("concord.example", PUBLIC)
SIGNED_AT = datetime(2026, 11, 10, 18, 0, tzinfo=UTC)


def note_of(seq: int = 7, digest: bytes = b"\x01" * 32) -> str:
    return sign_head("concord.example", 3, seq=seq, digest=digest, now=SIGNED_AT, key=KEY).note


# --- The note ---------------------------------------------------------------------------------------------------------


def test_a_head_is_a_checkpoint_note() -> None:
    lines = note_of().split("\n")

    assert lines[:4] == [
        "concord.example/operations/3",
        "7",
        base64.b64encode(b"\x01" * 32).decode(),
        "time 2026-11-10T18:00:00Z",
    ]
    assert lines[4] == ""
    assert lines[5].startswith("— concord.example ")
    assert lines[6:] == [""]
    assert read_head(note_of()) == Head("01" * 32, operation=3, seq=7)
    assert is_signed_by(note_of(), VERIFIER)


def test_the_key_of_a_note_is_the_one_of_the_specification() -> None:
    """The example of C2SP signed-note: a key's id is the beginning of SHA-256(name, new line, type, key)."""
    assert public_key_of(VERIFIER) == ("concord.example", PUBLIC)
    with pytest.raises(Invalid):
        public_key_of(VERIFIER.replace("concord", "another"))
    with pytest.raises(Invalid):
        public_key_of("no key")


@given(st.data())
def test_no_changed_head_carries_the_signature(data: st.DataObject) -> None:
    note = note_of()
    place = data.draw(st.integers(0, len(note) - 2))
    sign = data.draw(st.sampled_from("0aZ+=/ \n—"))
    changed = note[:place] + sign + note[place + 1 :]

    assert changed == note or not is_signed_by(changed, VERIFIER)


def test_another_key_of_the_same_name_did_not_sign() -> None:
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()

    assert not is_signed_by(note_of(), verifier_of("concord.example", other))


def test_openssl_checks_the_signature_as_the_export_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "PEM").write_bytes(pem)
    (tmp_path / "HEAD").write_text(note_of(), encoding="utf-8")
    (tmp_path / "FORGED").write_text(note_of().replace("\n7\n", "\n8\n"), encoding="utf-8")
    with zipfile.ZipFile(io.BytesIO(build_export(3, [], {}))) as archive:
        readme = archive.read("README.txt").decode()
    commands = "\n".join(line.strip() for line in readme.splitlines() if line.startswith(("  sed", "  openssl")))

    def status(name: str) -> int:
        script = commands.replace("HEAD", name)
        return subprocess.run(["sh", "-e", "-c", script], cwd=tmp_path, capture_output=True, check=False).returncode

    assert (status("HEAD"), status("FORGED")) == (0, 1)


# --- Compared with an export ------------------------------------------------------------------------------------------


def export_of(database: Database, operation: TestOperation) -> list[str]:
    with database.read(operation.person("EC", "observer")) as view:
        return [line.exported() for line in whole_record(view.session, operation.id)]


def rewritten(lines: list[str], place: int) -> list[str]:
    """The same record with another event at one line, chained anew from there: what an owner of the database could
    write."""
    import hashlib

    previous = bytes.fromhex(json.loads(lines[place - 2])["hash"]) if place > 1 else bytes(32)
    found = lines[: place - 1]
    for number, line in enumerate(lines[place - 1 :], start=place):
        body = json.loads(line)["body"]
        if number == place:
            told = json.loads(body)
            told["actor"] += 1
            body = json.dumps(told)
        previous = hashlib.sha256(previous + hashlib.sha256(body.encode()).digest()).digest()
        found.append(export_line(body, previous))
    return found


@pytest.fixture
def export(operation: TestOperation, database: Database) -> list[str]:
    lead = operation.lead()
    for number in range(8):
        with database.write(operation.person("EC" if number % 2 else "PE")) as tx:
            comment_on_lead(tx, lead, body=f"note {number}", language="en")
    return export_of(database, operation)


def test_a_full_rewrite_is_found_by_whoever_kept_one_head(export: list[str], operation: TestOperation) -> None:
    """A head finds every change before it, and none after it."""
    kept = Head(json.loads(export[4])["hash"], operation.id, 5)

    for place in range(1, len(export) + 1):
        forged = rewritten(export, place)
        assert verify_record(forged).is_intact
        faults = verify_record(forged, heads=[kept]).faults
        assert [fault.split(":")[0] for fault in faults] == (["line 5"] if place <= 5 else [])
    assert verify_record(export, heads=[kept]).faults == []


def test_a_cut_end_and_another_operations_head_are_named(export: list[str], operation: TestOperation) -> None:
    last = Head(json.loads(export[-1])["hash"], operation.id, len(export))

    assert "rows are missing at the end" in verify_record(export[:-1], heads=[last]).faults[0]
    other = Head(last.hash, operation.id + 1, last.seq)
    assert verify_record(export, heads=[other]).faults == [
        f"the head is of operation {operation.id + 1}, the export of operation {operation.id}"
    ]
    assert len(verify_record([], heads=[last]).faults) == 2


@pytest.mark.parametrize(
    "text", ["", "x", "0" * 63, "concord/operations/1\n7\nAAAA\n", note_of().replace("/operations/3", "")]
)
def test_what_is_no_head_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NoHeadError):
        read_head(text)


def test_the_verifier_of_an_export_runs_alone_on_what_came_with_it(
    export: list[str], operation: TestOperation, tmp_path: Path
) -> None:
    head = sign_head(
        "h", operation.id, seq=3, digest=bytes.fromhex(json.loads(export[2])["hash"]), now=SIGNED_AT, key=KEY
    )
    (tmp_path / "kept.txt").write_text(head.note, encoding="utf-8")

    def run(lines: list[str], *heads: str) -> subprocess.CompletedProcess[str]:
        with zipfile.ZipFile(io.BytesIO(build_export(operation.id, lines, {3: head.note}))) as archive:
            archive.extractall(tmp_path)
        command = [sys.executable, "-I", "-S", "verify_record.py", "record.jsonl"]
        return subprocess.run([*command, *heads], cwd=tmp_path, capture_output=True, text=True, check=False)

    good = run(export, "--head", "kept.txt", f"heads/head-{operation.id}-3.txt", json.loads(export[-1])["hash"])
    bad = run(rewritten(export, 2), "--head", "kept.txt")
    alone, missing, no_head = run(export), run(export, "--head", "nowhere"), run(export, "--head", "README.txt")

    assert (good.returncode, bad.returncode, alone.returncode) == (0, 1, 0)
    assert "3 kept heads compared: intact" in good.stdout
    assert bad.stdout.startswith("line 3: the hash is ")
    assert "no head was compared" in alone.stdout
    assert (missing.returncode, no_head.returncode) == (2, 2)
    assert "README.txt: neither a signed head" in no_head.stderr
    assert run([]).returncode == 1


def test_the_product_checks_whose_signature_a_head_carries(
    export: list[str], operation: TestOperation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, head = tmp_path / "record.jsonl", tmp_path / "head.txt"
    file.write_text("".join(export), encoding="utf-8")
    digest = bytes.fromhex(json.loads(export[2])["hash"])
    head.write_text(sign_head("h", operation.id, seq=3, digest=digest, now=SIGNED_AT, key=KEY).note, encoding="utf-8")
    verify = ["record", "verify", str(file), "--head", str(head)]

    assert main([*verify, "--key", verifier_of("h", PUBLIC)]) == 0
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert main([*verify, "--key", verifier_of("h", other)]) == 1
    assert "the signature is not that of this key" in capsys.readouterr().out
    with pytest.raises(Invalid, match="--key"):
        main(verify)
    with pytest.raises(Invalid, match="NAME"):
        main([*verify, "--key", "x"])


# --- Made, handed over, kept ------------------------------------------------------------------------------------------


def sign_now(tools: WorkerTools, operation: TestOperation) -> None:
    effects = sign_record(tools, Taken(UUID(int=0), "sign_head", UUID(int=operation.id), operation.id, 1, SIGNED_AT))
    with tools.db.write(tools.service_id) as tx:
        effects(tx)


def wanted(operation: TestOperation, tools: WorkerTools) -> bool:
    with tools.db.write(tools.housekeeping_id) as tx:
        want_heads(tx)
    with tools.db.read(tools.service_id) as view:
        from sqlalchemy import text

        asked = text("select count(*) from job where kind = 'sign_head' and operation_id = :op and state = 'waiting'")
        is_wanted = bool(view.session.execute(asked, {"op": operation.id}).scalar_one())
    operation.change("update job set state = 'done' where operation_id = :op and kind = 'sign_head'", op=operation.id)
    return is_wanted


def test_a_head_is_wanted_each_day_in_which_something_was_recorded(
    operation: TestOperation, database: Database, tools: WorkerTools, export: list[str]
) -> None:
    here = "update operation set time_zone = :zone where id = :op"
    zones = ("Pacific/Kiritimati", "Etc/GMT+12")  # 26 hours apart: in one of them another day than when it was signed
    assert not wanted(operation, tools)  # the first day is not over

    sign_now(tools, operation)
    with database.read(operation.person("EC", "country_lead")) as view:
        (head,) = signed_heads(view.session, operation.id)
    with database.write(operation.person("EC", "country_lead")) as tx:
        take_head(tx, operation.id, head.seq)

    for zone in zones:
        operation.change(here, zone=zone, op=operation.id)
        assert not wanted(operation, tools)  # nothing but heads since
    assert head.seq == len(export)
    assert operation.kinds()[-2:] == ["head:signed", "head:taken"]


def test_an_edition_brings_the_head_that_it_was_counted_from(
    steps: ReferralSteps, operation: TestOperation, database: Database
) -> None:
    leader = operation.person("EC", "operation_lead")
    with database.write(leader) as tx:
        comment_on_lead(tx, operation.lead(), body="before it", language="en")
    with database.write(leader) as tx:
        draw_up_edition(tx, operation.id, kind="interim")
    steps.work()

    with database.read(operation.person("PE", "specialist")) as view:
        (edition,) = editions(view.session, operation.id)
        stored = stored_edition(view.session, edition.id)
        (head,) = signed_heads(view.session, operation.id) or (None,)

    assert head is not None
    assert stored.head is not None
    assert (head.seq, head.edition) == (edition.seq, 1)
    assert read_head(stored.head) == Head(edition.log_digest or "", operation.id, edition.seq)
    assert is_signed_by(stored.head, head.verifier)
    shown = printed(stored.figures, head=stored.head)
    assert json.loads(to_json(shown))["signed_head"] == stored.head
    assert to_pdf(shown) != to_pdf(printed(stored.figures))


def test_whoever_takes_a_head_keeps_it_and_the_record_says_so(
    operation: TestOperation, database: Database, tools: WorkerTools, export: list[str]
) -> None:
    sign_now(tools, operation)
    lead, observer, outsider = (operation.person("EC", role) for role in ("country_lead", "observer", "recipient"))
    with database.write(lead) as tx:
        note = take_head(tx, operation.id, len(export))

    assert verify_record(export_of(database, operation), heads=[read_head(note)]).is_intact
    with database.read(observer) as view:
        (head,) = signed_heads(view.session, operation.id)
        assert notes_of(view.session, operation.id) == [HeadNote(len(export), note)]
    assert (head.kept, head.given, head.mine) == (1, 2, False)
    with pytest.raises(Forbidden), database.write(outsider) as tx:
        take_head(tx, operation.id, len(export))
    with pytest.raises(NotFound), database.write(lead) as tx:
        take_head(tx, operation.id, len(export) + 100)


def test_heads_of_before_a_new_key_verify_with_the_old_one(
    operation: TestOperation, database: Database, tools: WorkerTools, export: list[str]
) -> None:
    from workspace.store.keys import head_key_file

    sign_now(tools, operation)
    file = head_key_file(tools.key_file)
    file.rename(file.with_suffix(".old"))
    sign_now(tools, operation)

    with database.read(operation.person("EC", "observer")) as view:
        new, old = signed_heads(view.session, operation.id)
        notes = {each.seq: each.note for each in notes_of(view.session, operation.id)}
    assert new.verifier != old.verifier
    assert is_signed_by(notes[old.seq], old.verifier)
    assert is_signed_by(notes[new.seq], new.verifier)
    assert not is_signed_by(notes[old.seq], new.verifier)


@pytest.mark.parametrize(
    "statement", ["update signed_head set note = 'x'", "delete from signed_head", "truncate signed_head"]
)
def test_nobody_changes_a_head_that_was_signed(
    operation: TestOperation, tools: WorkerTools, export: list[str], servers: object, statement: str
) -> None:
    from sqlalchemy import text

    sign_now(tools, operation)
    owner = Database(servers.urls["concord_owner"])  # type: ignore[attr-defined]
    with pytest.raises(DBAPIError, match="append-only"), owner.engine.begin() as connection:
        connection.execute(text(statement))
    owner.dispose()


def test_a_head_that_the_record_does_not_say_is_not_kept(
    operation: TestOperation, database: Database, tools: WorkerTools, export: list[str]
) -> None:
    from workspace.commands.heads import keep_head

    false = sign_head("h", operation.id, seq=2, digest=b"\x09" * 32, now=SIGNED_AT, key=KEY)
    with tools.db.write(tools.service_id) as tx:
        assert not keep_head(tx, operation.id, **vars(false))
    with pytest.raises(Forbidden), database.write(operation.person("EC", "operation_lead")) as tx:
        keep_head(tx, operation.id, **vars(false))
