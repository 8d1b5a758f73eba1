"""How long everybody else waits while an exhibit of many files is closed part by part, and how long it takes.

python -m benchmarks.closing [--quick]

One exhibit of the lock that its agency shares: 50,000 files (--quick: 5,000) with two faces each, a person for every
four faces, a lead for every five files, a look recorded for every face. A worker's parts run one after the other while
somebody comments on another lead; the longest part, the longest comment and the whole are printed. The last line is one
JSON object; the exit code says whether the longest comment waited within the goal.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from benchmarks._machine import settle
from tests.support.operation import TestOperation
from tests.support.owner import know_owner
from workspace.commands.closing import begin_closing, follow_closing, move_part
from workspace.commands.discussion import comment_on_lead
from workspace.commands.exhibits import close_exhibit
from workspace.errors import Unavailable
from workspace.host.engines import SUPERUSER, prepare_database, start_engines
from workspace.model import ExhibitChange, LeadEvidence
from workspace.model.database import Database

WHOLE, QUICK = 50_000, 5_000
GOAL_MS = 2_000
_FILES = text("""
with numbers as (select n, gen_random_uuid() as id, sha256(convert_to(n::text || cast(:medium as text), 'UTF8')) as
digest
                 from generate_series(1, :files) n),
made as (
  insert into media_item (id, operation_id, compartment_id, sha256, md5, sha1, size_bytes, address, media_type, kind,
  state)
  select k.id, m.operation_id, m.compartment_id, k.digest, substr(k.digest, 1, 16), substr(k.digest, 1, 20), 1, 'none',
    'image/jpeg', 'photo', 'read'
  from numbers k, media_item m where m.id = :medium),
persons as (
  insert into person (id, operation_id, compartment_id, number, face_count)
  select gen_random_uuid(), m.operation_id, m.compartment_id, 1000 + n, 4
  from generate_series(1, :files / 2) n, media_item m where m.id = :medium
  returning id, number),
faces as (
  insert into face (operation_id, compartment_id, media_item_id, person_id, box, landmarks, frame_width, frame_height,
    detection_score, quality, quality_word, eye_distance_px, yaw_deg, roll_deg, sharpness, embedding, pack_id,
    model_digest, dimension,
    crop_address, veil_address)
  select f.operation_id, f.compartment_id, k.id, p.id, f.box, f.landmarks, f.frame_width, f.frame_height,
  f.detection_score,
    f.quality, f.quality_word, f.eye_distance_px, f.yaw_deg, f.roll_deg, f.sharpness, f.embedding, f.pack_id,
    f.model_digest, f.dimension,
    f.crop_address, f.veil_address
  from numbers k join persons p on p.number = 1000 + greatest(1, k.n / 2), generate_series(1, 2), face f where f.id =
  :face)
insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes, sha256)
select x.operation_id, x.compartment_id, x.id, k.id, 'DCIM/' || k.n, 1, k.digest from numbers k, exhibit x where x.id =
:exhibit""")
_LOOKS = text("""
select append_events(:op, (select jsonb_agg(jsonb_build_object('kind', 'media:viewed', 'lead_id', null,
  'locks', jsonb_build_array(f.compartment_id), 'payload', jsonb_build_object('subject', f.id))) from (
    select id, compartment_id from face where operation_id = :op order by id offset :after limit 2000) f))""")
_SIDES = text("""
update lead_evidence e set media_item_id = k.media_item_id from (
    select f.media_item_id, row_number() over (order by f.id) as n from received_file f where f.exhibit_id = :exhibit)
    k, (
    select e.lead_id, row_number() over (order by e.lead_id) as n from lead_evidence e where e.exhibit_id = :exhibit) s
where s.n = k.n and e.lead_id = s.lead_id and e.exhibit_id = :exhibit""")


def main() -> int:
    """Run it and print the figures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--quick", action="store_true", help="a tenth of the size")
    files = QUICK if options.parse_args().quick else WHOLE
    with tempfile.TemporaryDirectory(prefix="concord-closing-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with start_engines(home) as engines:
            admin = engines.database_url(SUPERUSER, "postgres")
            urls = prepare_database(admin, "closing", engines.passwords)
            know_owner(urls)
            app, workers = Database(urls["concord_app"]), Database(urls["concord_worker"])
            operation = TestOperation(workers)
            change, other = _lay_out(operation, app, files)
            settle(admin.replace("/postgres?", "/closing?"))
            found = {"files": files, "goal_ms": GOAL_MS} | _close(operation, app, change, other)
            app.dispose()
            workers.dispose()
    print(json.dumps(found))
    return int(found["longest_comment_ms"] > GOAL_MS)


def _lay_out(operation: TestOperation, app: Database, files: int) -> tuple[UUID, UUID]:
    """Returns the change that closes the exhibit, and a lead of other exhibits."""
    lead = operation.lead("EC", "PE")
    operation.copy_lead(lead, files // 5)
    other = operation.lead("EC", "PE")
    with operation.workers.read(operation.service_id) as view:
        side = view.session.query(LeadEvidence).filter_by(lead_id=lead, side=1).one()
        assert side.exhibit_id is not None
        exhibit = side.exhibit_id
        here = {"exhibit": side.exhibit_id, "medium": side.media_item_id, "face": side.face_id}
    with operation.owner.begin() as session:
        session.execute(text("select set_config('app.user_id', :id, true)"), {"id": str(operation.service_id)})
        session.execute(_FILES, here | {"files": files})
        session.execute(_SIDES, here)
        for after in range(0, files * 2, 2000):
            session.execute(_LOOKS, {"op": operation.id, "after": after})
    with app.write(operation.person("EC", "country_lead")) as tx:
        close_exhibit(tx, exhibit, ground="court", reason="the court ordered it")
    with operation.workers.read(operation.service_id) as view:
        return view.session.query(ExhibitChange).filter_by(ground="court").one().id, other


def _close(operation: TestOperation, app: Database, change: UUID, other: UUID) -> dict[str, float]:
    person, is_over, waits = operation.person("EC"), threading.Event(), [0.0]

    def comment() -> None:
        while not is_over.wait(0.02):
            began = time.perf_counter()
            with app.write(person) as tx:
                comment_on_lead(tx, other, body="seen", language="en")
            waits.append(time.perf_counter() - began)

    writer = threading.Thread(target=comment)
    writer.start()
    parts: dict[str, list[float]] = defaultdict(list)
    began = time.perf_counter()

    def timed(what: str, step: object) -> object:
        while True:
            start = time.perf_counter()
            try:
                with operation.workers.write(operation.service_id) as tx:
                    answer = step(tx, change)  # type: ignore[operator]  # one of three commands
            except Unavailable:  # others were writing: the worker tries again too
                continue
            parts[what].append(time.perf_counter() - start)
            return answer

    has_more = timed("begin", begin_closing)
    while has_more:
        has_more = timed("part", move_part)
    timed("end", follow_closing)
    took = time.perf_counter() - began
    is_over.set()
    writer.join()
    for what, each in parts.items():
        print(f"{what:8} {len(each):5} times, at most {max(each) * 1000:8.0f} ms, together {sum(each):6.1f} s")
    return {
        "seconds": round(took, 1),
        "parts": len(parts["part"]),
        "longest_part_ms": round(max(max(each) for each in parts.values()) * 1000),
        "longest_comment_ms": round(max(waits) * 1000),
        "comments": len(waits) - 1,
    }


if __name__ == "__main__":
    sys.exit(main())
