"""What an exercise costs that nobody uses: CPU time of all its processes while no browser is open and no job waits.

Starts `demo` in a home of its own, waits until everything is read and quiet, and measures twice: while the partners
play at the exercise's own pace, as they do until ten minutes after the last person has gone, and while they sleep. To
get there it writes down that a person was here an hour ago. CPU time is counted by process, so that other programs on
the machine disturb little. Then a person comes: in a browser it is timed how long after the link was opened a card
moves by itself, with the name of who moved it. Prints what was measured, and one JSON object as its last line; exit
code 1 above a goal, or if no partner did anything, because then nothing was measured.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from sqlalchemy import Engine, create_engine, text

from tests.support.chromium import chromium_browser
from tests.support.waiting import until_on
from workspace.settings import ROOT, child_environment

GOAL = 3.0
"""Percent of one core, in all processes together, while the partners sleep."""
PARTNERS_GOAL = 5.0
"""What the partners may cost at the exercise's own pace: what all processes spend more while they play than while they
sleep, so that what they have the web and the database do is counted with them."""
FIRST_MOVE_GOAL_S = 10.0
"""From the opening of the link by the first person who comes, while the partners sleep."""
COMES = "EC · operation lead"
LEFT = text("""with left_ as (update exercise set begun_at = begun_at - interval '2 hours'
    returning operation_id, begun_at)
  insert into session (id, user_id, how, created_at, seen_at, expires_at, ended_at)
  select sha256('idle'), m.user_id, 'exercise_link', l.begun_at + interval '1 hour',
    l.begun_at + interval '1 hour', now(),
    l.begun_at + interval '1 hour' from left_ l join membership m on m.operation_id = l.operation_id limit 1""")
ACTS = text("select count(*) from event where played_by = 'partner'")
WAITING = text("""select (select count(*) from job where state in ('waiting', 'running')) + (select count(*) from
    media_item m
    where m.state = 'read' and m.register_entry_id is null and m.kind in ('photo', 'video')
      and not exists (select 1 from text_reading t where t.media_item_id = m.id))
  + (select count(*) from medium_to_sweep)""")
"""Work that is left, with what is done only when no other work waits (`IDLE_KINDS` of workspace/model/jobs.py)."""
MOST_WAIT_S = 900.0
ASLEEP_S = 6.0
"""Partners look at the exercise every three seconds."""
SAID = "said"
"""The file in the exercise's home with what `demo` printed."""
QUIET_S = 30.0
"""Wait between the end of the work and the measurement: autovacuum and checkpoints of the work are not idleness."""
READY = "Ctrl-C stops everything"
COLUMNS = """() => Object.fromEntries([...document.querySelectorAll('.board .card')].map(
  (card) => [card.dataset.id, card.closest('section').getAttribute('aria-labelledby')]))"""
MOVED = """(before) => [...document.querySelectorAll('.board .card')].some((card) => card.dataset.id in before
  && card.closest('section').getAttribute('aria-labelledby') !== before[card.dataset.id]
  && card.querySelector('.card-foot bdi')?.innerText)"""
"""Whether a card stands in another column than before, and its last line names somebody."""
PARTS = (
    ("postgres", "PostgreSQL"),
    ("valkey", "Valkey"),
    ("workspace.web.serve", "web"),
    ("workers.run", "workers"),
    ("partners.run", "partners"),
)
"""By a word of a process's command line, what it belongs to; its children belong to it."""


def main() -> int:
    """Measure, print, and say by the exit code whether the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="measure for 20 seconds instead of three minutes")
    seconds = 20.0 if parser.parse_args().quick else 180.0
    with _exercise() as (pid, home):
        owner = _owner(home)
        _wait_for_work(owner)
        time.sleep(QUIET_S)
        acts = _acts(owner)
        playing = _percent(pid, seconds)
        acts = _acts(owner) - acts
        with owner.begin() as rows:  # the last person of the exercise was here an hour ago
            rows.execute(LEFT)
        time.sleep(ASLEEP_S)
        asleep = _percent(pid, seconds)
        first_move_s = _first_move_s((home / SAID).read_text(encoding="utf-8"))
        owner.dispose()
    for what, by_part in (("playing", playing), ("asleep", asleep)):
        for part, percent in sorted(by_part.items(), key=lambda one: -one[1]):
            print(f"partners {what:8} {part:12}{percent:6.2f} % of a core")
    total = sum(asleep.values())
    partners = sum(playing.values()) - total
    figures = {part: round(percent, 2) for part, percent in asleep.items()}
    told: dict[str, float] = {
        "cpu_percent_of_a_core": round(total, 2),
        "partners_percent_of_a_core": round(partners, 2),
    }
    told |= {"partner_acts": acts, "first_move_s": round(first_move_s, 2)}
    print(json.dumps({**told, "seconds": seconds, "by_process": figures}))
    return int(total > GOAL or partners > PARTNERS_GOAL or not acts or first_move_s > FIRST_MOVE_GOAL_S)


def _owner(home: Path) -> Engine:
    """Who may write into the exercise's database whatever it likes."""
    [owner] = home.rglob("run/urls/*/database_url_owner")
    return create_engine(owner.read_text(encoding="utf-8"))


def _wait_for_work(owner: Engine) -> None:
    """Wait until no work is left. Partners make a little work all the time, so that a moment without any is enough."""
    until = time.monotonic() + MOST_WAIT_S
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as rows:
        while rows.execute(WAITING).scalar_one():
            if time.monotonic() > until:
                raise RuntimeError(f"Work is left after {MOST_WAIT_S:.0f} s.")
            time.sleep(0.5)


def _acts(owner: Engine) -> int:
    """What partners have done so far, by the record."""
    with owner.connect() as rows:
        return int(rows.execute(ACTS).scalar_one())


@contextmanager
def _exercise() -> Iterator[tuple[int, Path]]:
    """The process number and the home of a small exercise that is read to its end and serves."""
    with tempfile.TemporaryDirectory(prefix="concord-idle-") as home:
        os.chmod(home, 0o711)  # the engines' account passes through
        log = Path(home) / SAID
        with log.open("w", encoding="utf-8") as said:
            command = [sys.executable, "app.py", "demo", "--photos", "40", "--videos", "2"]
            process = subprocess.Popen(
                command, cwd=ROOT, env=child_environment({"HOME": home}), stdout=said, stderr=said
            )
        try:
            while READY not in log.read_text(encoding="utf-8"):
                if process.poll() is not None:
                    raise RuntimeError(f"The exercise ended: {log.read_text(encoding='utf-8')[-500:]}")
                time.sleep(0.5)
            yield process.pid, Path(home)
        finally:
            process.terminate()
            process.wait()


def _first_move_s(said: str) -> float:
    """How long after a person has opened the link a card moves on the board that is opened next. said: by `demo`."""
    link = re.search(rf"{COMES}\s+(http\S+)", said)
    if link is None:
        raise RuntimeError(f"No link for {COMES} was printed.")
    with chromium_browser() as browser:
        page = browser.new_page()
        began = time.monotonic()
        page.goto(link[1])
        page.wait_for_url(re.compile(r"/operations/\d+"))
        page.goto(re.sub(r"(/operations/\d+).*", r"\1/board", page.url))
        page.locator(".board .card").first.wait_for()
        before = page.evaluate(COLUMNS)
        until_on(page, lambda: page.evaluate(MOVED, before))
        return time.monotonic() - began


def _percent(pid: int, seconds: float) -> dict[str, float]:
    """CPU time of a process and all below it in the next seconds, in percent of a core, by part."""
    before, since = _spent_s(pid), time.monotonic()
    time.sleep(seconds)
    after, passed = _spent_s(pid), time.monotonic() - since
    percent: dict[str, float] = defaultdict(float)
    for one, (part, spent) in after.items():
        percent[part] += 100 * (spent - before.get(one, (part, 0.0))[1]) / passed
    return dict(percent)


def _spent_s(pid: int) -> dict[int, tuple[str, float]]:
    """By process, the part that it belongs to and its CPU seconds so far."""
    root = psutil.Process(pid)
    found = {pid: ("supervisor", _own_s(root))}
    for child in root.children():
        part = next((name for word, name in PARTS if word in " ".join(child.cmdline())), "supervisor")
        found |= {each.pid: (part, _own_s(each)) for each in (child, *child.children(recursive=True))}
    return found


def _own_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    sys.exit(main())
