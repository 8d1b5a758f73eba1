"""A small case on the command line, from the folder of a device to the case file that goes back: each command as a
person gives it, with its own workers."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq import Worker
from rq.serializers import JSONSerializer

from tests.support.bench import Bench, alone
from tests.support.servers import ROOT, Servers, environment
from tests.support.work_material import Material
from workspace.commands.grades import grade_media
from workspace.model import jobs

pytestmark = pytest.mark.timeout(600)
CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Cases"


class CommandLine:
    """Gives commands against the test's engines, with the bench's keys and face pack."""

    def __init__(self, servers: Servers, bench: Bench) -> None:
        self._environment = environment(
            servers.urls,
            servers.redis_url,
            servers.media_url,
            servers.home,
            CONCORD_KEY_FILE=str(bench.tools.key_file),
            CONCORD_PACK_DIR=str(bench.tools.pack_dir),
            CONCORD_WORKERS="1",
        )
        self._bench = bench

    def __call__(self, *words: str, role: str = "analyst") -> tuple[int, str]:
        """The exit code of a command of EC, and all that it says."""
        whose = ("--operation", str(self._bench.operation.id), "--country", "EC")
        person = ("--as", str(self._bench.operation.person("EC", role)))
        action, rest = words[:2] if words[0] != "intake" else words[:1], words[2 if words[0] != "intake" else 1 :]
        ended = subprocess.run(
            [sys.executable, "app.py", *action, *whose, *person, *rest],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return ended.returncode, ended.stdout + ended.stderr


@pytest.fixture
def command(servers: Servers, bench: Bench) -> CommandLine:
    alone(bench)
    # Whoever was killed in another test is counted for two minutes.
    Redis.from_url(servers.redis_url).flushall()
    return CommandLine(servers, bench)


@pytest.fixture
def killed(servers: Servers) -> None:
    """A worker that was killed: it took no leave, and its key runs out in a moment."""
    connection = Redis.from_url(servers.redis_url)
    worker = Worker([jobs.QUEUE], connection=connection, serializer=JSONSerializer)
    worker.register_birth()
    connection.pexpire(worker.key, 5000)


def record(path: Path | None, number: int, category: int, **more: Any) -> dict[str, Any]:
    """A record as an imaging tool writes it; of no file: one that is missing on the device."""
    content = path.read_bytes() if path else b"never came"
    name = path.name if path else "gone.jpg"
    return {
        "MediaID": number,
        "Category": category,
        "MD5": hashlib.md5(content).hexdigest().upper(),
        "MediaSize": str(len(content)),
        "MediaFiles": [{"FileName": name, "FilePath": f"\\DCIM\\{name}", "Unallocated": "false"}],
        "Tags": "beach",
        "SomeToolsOwnKey": {"kept": True},
        **more,
    }


def test_a_case_is_brought_in_compared_graded_and_handed_back(
    bench: Bench, command: CommandLine, killed: None, material: Material, tmp_path: Path
) -> None:
    device = tmp_path / "DCIM"
    device.mkdir()
    for source in (material.portrait(), material.landscape("l.jpg", seed=5)):
        shutil.copy(source, device / source.name)
    portrait, landscape = device / "portrait.jpg", device / "l.jpg"
    case = tmp_path / "device.json"
    media = [record(portrait, 1, 2), record(None, 2, 1)]
    case.write_text(json.dumps({"@odata.context": CONTEXT, "value": [{"CaseNumber": "EC-7", "Media": media}]}))

    code, said = command("intake", "--exhibit", "EC-D-1", "--wait", str(device))
    assert code == 0, said
    read = bench.rows("select state, face_count from media_item where operation_id = :operation order by face_count")
    assert [tuple(row) for row in read] == [("read", 0), ("read", 1)]

    code, said = command("case", "import", "--exhibit", "EC-D-1", "--scheme", "us_2_0", str(case))
    assert code == 0, said
    told = "2 records, 1 are files of the exhibit, 1 are missing; it does not name 1 contents; 0 faults."
    assert told in said
    assert "missing: " in said
    assert "gone.jpg" in said
    code, said = command("case", "report", "--exhibit", "EC-D-1", role="specialist")
    assert (code, told in said) == (0, True), said

    code, said = command("grades", "import", "--public", "us_2_0", role="country_lead")
    assert code == 0, said
    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        digest = hashlib.md5(portrait.read_bytes()).digest()
        sql = "select id from media_item where operation_id = :operation and md5 = :md5"
        grade_media(tx, bench.operation.id, [bench.one(sql, md5=digest).id], country="EC", number=1)
    back = tmp_path / "back.json"
    code, said = command("case", "export", "--exhibit", "EC-D-1", str(back))
    assert code == 0, said
    (written,) = json.loads(back.read_text())["value"]
    assert written["Media"] == [{**media[0], "Category": 1}, media[1]]
    with (tmp_path / "back.json.changes.csv").open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file)
    assert (line["record"], line["field"], line["before"], line["after"]) == ("1", "Category", "2", "1")
    code, said = command("case", "export", "--exhibit", "EC-D-1", str(back))
    assert (code, "exists already" in said) == (1, True)

    kinds = [kind for kind in bench.operation.kinds() if kind.startswith(("exhibit:", "case:"))]
    assert len(kinds) >= 3, kinds
    assert landscape.read_bytes() == material.landscape("l.jpg", seed=5).read_bytes()  # nothing was written there


def test_what_is_no_case_of_no_exhibit_or_nobodys_is_told_and_nothing_is_kept(
    bench: Bench, command: CommandLine, material: Material, tmp_path: Path
) -> None:
    bench.bring("EC", material.portrait())
    bench.work()
    label = bench.one("select label from exhibit where operation_id = :operation").label
    broken = tmp_path / "broken.json"
    broken.write_text('{"value": [{"Media": [{"MD5": ')

    code, said = command("case", "import", "--exhibit", label, str(broken))
    assert (code, "no JSON" in said) == (1, True), said
    for action in ("report", "export"):
        more = [str(tmp_path / "out.json")] if action == "export" else []
        code, said = command("case", action, "--exhibit", label, *more)
        assert (code, "No case file came with this exhibit." in said) == (1, True), said
    code, said = command("case", "report", "--exhibit", "EC-D-99")
    assert (code, "There is no such exhibit." in said) == (1, True), said
    assert not (tmp_path / "out.json").exists()
    assert bench.rows("select 1 from exhibit_case where operation_id = :operation") == []
