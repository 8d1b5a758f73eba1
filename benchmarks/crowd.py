"""A crowd: partners who work as people do, as a load on one web process; how fast it answers them, and whether anybody
misses anything.

N partners of three countries claim, look, judge and sign on one operation without rest, a few at once; each keeps a
board as the screens do. A card that stands behind a fresh snapshot at the end was lost; a second opinion of one person
on a lead, or a claim's token that was given twice, was doubled. Prints what it compared, and one JSON object as its
last line.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from statistics import quantiles
from threading import Event
from typing import Any

from sqlalchemy import text

from partners.client import Client, Refused
from partners.play import Players
from partners.roles.table import ROLES
from partners.week import Board, Member, Play, Seat, open_week
from tests.support.owner import know_owner
from tests.support.servers import environment, web_processes
from workspace.commands.assessments import settle_assessments
from workspace.commands.claims import end_leases
from workspace.commands.exercise import begin_exercise
from workspace.commands.people import ensure_service_users
from workspace.host.engines import SUPERUSER, prepare_database, start_engines
from workspace.model.database import Database
from workspace.store import exercise_secret
from workspace.store.keys import load_or_create_master, new_wrapped_key, unwrap
from workspace.store.objects import open_store

COUNTRIES = ("EC", "PE", "CL")
LEADS_PER_PARTNER = 6
DOUBLED = text("""
select (select count(*) from (select 1 from assessment where operation_id = :id and undone_at is null
                              group by lead_id, examiner_id having count(*) > 1) twice)
  + (select count(*) from (select 1 from event where operation_id = :id and kind = 'lead:claimed'
                           group by lead_id, payload->>'token' having count(*) > 1) claims)""")


class TimedClient(Client):
    """A client that keeps how long each look at the board took, in seconds."""

    def __init__(self, origin: str, path: str, boards: list[float]) -> None:
        super().__init__(origin, lambda: path)
        self._boards = boards

    def get(self, path: str) -> Any:
        """Read a route of the API. Raises: Refused, SignedOut, Away."""
        begun = time.perf_counter()
        answer = super().get(path)
        if "/board/changes" in path:
            self._boards.append(time.perf_counter() - begun)
        return answer


def main() -> int:
    """Run it and print the figures; the exit code says whether partners acted, and nothing was lost or doubled."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--quick", action="store_true", help="20 s instead of 120")
    options.add_argument("--partners", type=int, default=60)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-crowd-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with start_engines(home) as engines:
            urls = prepare_database(engines.database_url(SUPERUSER, "postgres"), "crowd", engines.passwords)
            base = environment(urls, engines.redis_url, (home / "media").as_uri(), home, CONCORD_PROFILE="exercise")
            exercise_secret.new_secret(home)
            with web_processes(1, base) as (web,):
                figures = _measure(urls, home, web.url, chosen.partners, 20.0 if chosen.quick else 120.0)
    print(f"{figures['partners']} partners on one web process: {figures['acts_per_s']} acts per second")
    print(json.dumps(figures))
    return int(bool(figures["lost"] or figures["doubled"] or not figures["acts_per_s"]))


def _measure(urls: dict[str, str], home: Path, url: str, partners: int, seconds: float) -> dict[str, Any]:
    from tests.support.operation import TestOperation

    know_owner(urls)
    workers = Database(urls["concord_worker"])
    service = ensure_service_users(workers)
    operation = TestOperation(workers)
    people = [operation.person(COUNTRIES[n % 3], "specialist", n) for n in range(partners)]
    for n in range(LEADS_PER_PARTNER * partners):
        operation.lead(COUNTRIES[n % 3], COUNTRIES[(n + 1) % 3])
    _give_pictures(operation, home)
    with workers.write(service.worker_id) as tx:
        begin_exercise(tx, operation.id, seed=2611, scenario="lantern", partners=people)
    boards: list[float] = []

    def connect(member: Member) -> Client:
        return TimedClient(url, exercise_secret.link_path(home, member.user_id, played_by="partner"), boards)

    week = open_week(workers, service.worker_id, operation.id, in_time_lapse=True)
    players = Players(week, ROLES, connect, has_own_boards=True)
    began = time.monotonic()

    def is_over(_play: Play) -> bool:
        with workers.write(service.housekeeping_id) as tx:
            settle_assessments(tx)
            end_leases(tx)
        return time.monotonic() - began > seconds

    players.play(Event(), until=is_over)
    lasted_s, seats = time.monotonic() - began, players.seats
    acts, looks = players.acts, sorted(boards)
    lost = sum(_lost(seat, operation.id) for seat in seats)
    players.close()
    with workers.read(service.worker_id) as view:
        doubled = view.session.execute(DOUBLED, {"id": operation.id}).scalar_one()
    workers.dispose()
    return {
        "partners": len(seats),
        "acts_per_s": round(acts / lasted_s, 1),
        "board_p95_ms": round(1000 * quantiles(looks, n=20)[-1], 1),
        "lost": lost,
        "doubled": doubled,
    }


def _give_pictures(operation: Any, home: Path) -> None:
    """The same two small objects for every face and medium, encrypted with the operation's key."""
    master = load_or_create_master(home / "keys" / "master.key")
    wrapped = new_wrapped_key(master, str(operation.id))
    operation.change("update operation set wrapped_key = :key where id = :id", key=wrapped, id=operation.id)
    store = open_store((home / "media").as_uri())
    address = store.put_bytes(b"picture", key=unwrap(master, wrapped, str(operation.id)), durable=False).address
    operation.change("update face set crop_address = :a where operation_id = :id", a=address, id=operation.id)
    operation.change("update media_item set veil_address = :a where operation_id = :id", a=address, id=operation.id)


def _lost(seat: Seat, operation_id: int) -> int:
    """Cards of the seat's board that stand behind a fresh snapshot."""
    fresh = Board(operation_id)
    try:
        kept, wanted = seat.refresh_board(), fresh.refresh(seat.client)
    except Refused:
        return len(seat.board.cards)
    return sum(kept.get(lead, {}).get("changed_seq") != card["changed_seq"] for lead, card in wanted.items())


if __name__ == "__main__":
    raise SystemExit(main())
