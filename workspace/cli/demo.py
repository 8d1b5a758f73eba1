"""`demo`: the exercise, from an empty checkout to the living week.

Makes the material, creates the operation, brings the devices in while the workers read them and partners play the first
days, and serves the workspace with one sign-in link per role. With --once the week is played to its end in a database
of its own; what came out is printed, and nothing is left but the PDF of its closing edition. The rules, commands and
workers are those of a real operation; only the partners and the sign-in links exist in exercises alone.
"""

from __future__ import annotations

import argparse
import json
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from workspace.cli import week
from workspace.cli.again import Again
from workspace.cli.moving import wait_while_it_moves
from workspace.cli.recipe import PHOTOS, VIDEOS, Recipe, keep_recipe, maker
from workspace.cli.run import DATABASE, running_engines, start_web, start_workers
from workspace.cli.week import Week
from workspace.commands.people import ensure_service_users
from workspace.errors import Unavailable
from workspace.host.progress import progress
from workspace.host.setup import set_up
from workspace.host.supervisor import Supervisor, free_port
from workspace.host.terminal import say, show
from workspace.model import jobs
from workspace.model.database import Database
from workspace.queries.exercise import exercise_figures, lead_times
from workspace.settings import adopt, driver_url, settings
from workspace.store import exercise_secret
from workspace.store.keys import load_or_create_master
from workspace.store.objects import MediaStore

if TYPE_CHECKING:
    from tqdm import tqdm

    from seed.load import ExerciseTarget, Loaded
    from seed.make import ExercisePlan
    from workspace.cli.recipe import Make
    from workspace.cli.setup import Commands
    from workspace.host.engines import Engines
    from workspace.host.processes import Child

HOME = "demo"
"""The exercise's own home, inside that of the installation; `CONCORD_HOME=var/demo` lets the other commands work on
it."""
POLL_S = 0.25
ANALYSIS_STILL_S = 600.0
"""Workers that have ended no job for so long do nothing: one video takes some seconds."""


def register(commands: Commands) -> None:
    """Add this group's command."""
    demo = commands.add_parser(
        "demo", help="run the exercise and serve it; lawful pictures of adults, made from installed packages"
    )
    add_arguments(demo)
    demo.set_defaults(run=run_demo)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What every command that plays an exercise takes: how large it is, and how it is run."""
    command.add_argument(
        "--once", action="store_true", help="run it to its end in a database of its own, serve nothing"
    )
    command.add_argument("--json", action="store_true", help="print the figures as one JSON object in the last line")
    command.add_argument("--photos", type=int, default=PHOTOS, metavar="N")
    command.add_argument("--videos", type=int, default=VIDEOS, metavar="N")


def run_demo(arguments: argparse.Namespace) -> int:
    """Run the exercise, or go on with the one that is there."""
    return play(arguments, Recipe(arguments.photos, arguments.videos))


def play(arguments: argparse.Namespace, recipe: Recipe, *, is_new: bool = False) -> int:
    """Play an exercise; without `is_new` one that can still be worked on goes on, and one that is to be begun again is.

    Raises:
        Invalid: there can be no such exercise; nothing was started.
    """
    make = maker(recipe)
    set_up()
    # A home of its own: an exercise with one-click links must never serve what a real operation keeps.
    adopt({"PROFILE": "exercise", "PACK_DIR": str(settings().pack_dir), "HOME": str(settings().home / HOME)})
    settings().home.mkdir(parents=True, exist_ok=True)
    settings().home.chmod(0o711)
    return _once(arguments, make) if arguments.once else _serve(arguments, recipe, is_new=is_new)


def _serve(arguments: argparse.Namespace, recipe: Recipe, *, is_new: bool) -> int:
    configured = settings()
    port = free_port(configured.host, configured.port)
    with Supervisor(configured.home) as supervisor, running_engines(DATABASE) as engines, _handles() as handles:
        _new_links_secret()
        address = start_web(supervisor, port)
        start_workers(supervisor, configured.workers)
        again = Again(handles.workers, handles.service_id, configured.home)
        operation_id, old = (None, None) if is_new else again.found()
        try:
            while True:
                if operation_id is None:
                    made_of = recipe if old is None else again.recipe(old) or recipe
                    operation_id = _begin_week(made_of, handles, supervisor, engines, address)
                    if old is not None:
                        again.note(old, operation_id)
                    if arguments.json:
                        show(json.dumps(_figures(handles, operation_id)))
                partners = week.go_on(supervisor)
                _print_links(handles, operation_id, address)
                say("Ctrl-C stops everything that was started here.")
                supervisor.run(engines, until=partial(again.is_asked, operation_id))
                operation_id, old = None, operation_id
                supervisor.child(partners.program.name).stop()
                say("The director begins the exercise again.")
        except KeyboardInterrupt:
            say("Stopping.")
            return 0


def _begin_week(
    recipe: Recipe, handles: _Handles, supervisor: Supervisor, engines: Engines | None, address: str
) -> int:
    """Load the exercise while partners play its first days at the fastest pace; answers its operation.

    The first link comes before the work: whoever follows it now watches the board fill.
    """
    partners: list[Child] = []

    def ready(operation_id: int) -> None:
        keep_recipe(settings().home, operation_id, recipe)
        partners.append(week.begin(supervisor, is_prelude=True))
        _print_links(handles, operation_id, address, only_first=True)

    operation_id = _run_exercise(maker(recipe), handles, supervisor, engines, ready=ready)
    handles.week(operation_id).finish_prelude(lambda: _tend(supervisor, engines))
    partners[0].stop()
    return operation_id


def _once(arguments: argparse.Namespace, make: Make) -> int:
    """The week to its end, in a database and folder of its own, which are removed afterwards."""
    name = f"{DATABASE}_{secrets.token_hex(4)}"
    folder = settings().home / "once" / name
    adopt({"MEDIA_URL": (folder / "media").as_uri()})
    try:
        with Supervisor(settings().home, f"once-{name}") as supervisor, running_engines(name) as engines:
            with _handles() as handles:
                figures, edition = _play_once(make, handles, supervisor, engines)
            supervisor.stop()
            _drop_database(engines, name)
    finally:
        run = settings().home / "run"
        for left in (folder, run / "urls" / name, run / f"once-{name}"):
            shutil.rmtree(left, ignore_errors=True)
    show(f"The closing edition: {edition}" if edition else "There is no closing edition.")
    show(json.dumps(figures) if arguments.json else "\n".join(f"{key}: {value}" for key, value in figures.items()))
    return 0


def _play_once(
    make: Make, handles: _Handles, supervisor: Supervisor, engines: Engines | None
) -> tuple[dict[str, Any], Path | None]:
    """Play a week to its closing; answers its figures, and where the closing edition was left."""
    configured = settings()
    _links_secret()
    start_web(supervisor, free_port(configured.host, configured.port))
    week.give_way(supervisor.child("web"))
    start_workers(supervisor, configured.workers)
    partners: list[Child] = []

    def ready(operation_id: int) -> None:
        handles.week(operation_id).hurry()
        partners.append(week.begin(supervisor, is_prelude=False))
        week.give_way(partners[0])

    def tend() -> None:
        _tend(supervisor, engines)

    operation_id = _run_exercise(make, handles, supervisor, engines, ready=ready)
    played = handles.week(operation_id)
    played.play_to_closing(partners[0], tend)
    came_of_it, edition = played.figures(configured.home / "editions", tend)
    return {**_figures(handles, operation_id), **came_of_it}, edition


@dataclass(frozen=True)
class _Handles:
    app: Database
    workers: Database
    service_id: int

    def week(self, operation_id: int) -> Week:
        """The week of an exercise."""
        return Week(self.app, self.workers, self.service_id, operation_id)


@contextmanager
def _handles() -> Iterator[_Handles]:
    configured = settings()
    jobs.use_queue(configured.redis_url)
    app, workers = Database(configured.database_url_app), Database(configured.database_url_worker)
    try:
        yield _Handles(app, workers, ensure_service_users(workers).worker_id)
    finally:
        app.dispose()
        workers.dispose()


def _run_exercise(
    make: Make,
    handles: _Handles,
    supervisor: Supervisor,
    engines: Engines | None,
    *,
    ready: Callable[[int], None] = lambda operation_id: None,
) -> int:
    """Make the material, create the operation, bring everything in and wait until the workers are done."""
    from seed.load import ExerciseTarget, bring_register, create_exercise, fill_series

    configured = settings()
    plan, folder = _material(make)
    store = MediaStore(configured.media_url)
    target = ExerciseTarget(
        handles.app,
        handles.workers,
        store,
        load_or_create_master(configured.key_file),
        configured.home / "keys" / "exercise",
    )
    loaded = create_exercise(plan, target)
    ready(loaded.operation_id)
    bring_register(plan, folder, target, loaded)
    _bring(plan, folder, target, loaded, handles)
    _wait(handles, loaded.operation_id, supervisor, engines)
    fill_series(plan, target, loaded)
    return loaded.operation_id


def _material(make: Make) -> tuple[ExercisePlan, Path]:
    """The exercise's files in a folder of their own, made anew; those of earlier exercises are in the store already."""
    folder = settings().home / "exercise" / str(int(time.time()))
    for earlier in folder.parent.glob("*"):
        shutil.rmtree(earlier)
    say("Making the exercise's photos and videos.")
    return make(folder), folder


def _bring(plan: ExercisePlan, folder: Path, target: ExerciseTarget, loaded: Loaded, handles: _Handles) -> None:
    from seed.load import bring_exhibit

    total = plan.photos + plan.videos + plan.refused
    first = _FirstLead(handles, loaded.operation_id)
    with progress("intake", unit="files", total=total) as bar:

        def received(_arrival: object) -> None:
            bar.update()

        for exhibit in plan.exhibits:
            bring_exhibit(exhibit, folder, target, loaded, on_file=received)
            first.look(bar)


class _FirstLead:
    """Says once when the first lead stands on the board."""

    def __init__(self, handles: _Handles, operation_id: int) -> None:
        self._handles, self._operation_id, self._said = handles, operation_id, False

    def look(self, bar: tqdm[Any]) -> None:
        if self._said:
            return
        with self._handles.workers.read(self._handles.service_id) as view:
            first = lead_times(view.session, self._operation_id).first_s
        if first is not None:
            self._said = True
            bar.write(f"First lead on the board {first:.1f} s after the first file.", file=sys.stderr)


def _wait(handles: _Handles, operation_id: int, supervisor: Supervisor, engines: Engines | None) -> None:
    """Show how far the workers are until nothing is left; the bar's end is its estimate of the time left."""
    first = _FirstLead(handles, operation_id)
    with progress("analysis", unit="jobs") as bar:

        def left() -> int:
            with handles.workers.read(handles.service_id) as view:
                return sum(jobs.outstanding(view.session, operation_id).values())

        def is_done() -> bool:
            now = left()
            bar.total = max(bar.total or 0, now + int(bar.n))
            bar.update(bar.total - now - bar.n)
            first.look(bar)
            return now == 0

        def tend() -> None:
            _tend(supervisor, engines)

        if not wait_while_it_moves(is_done, left, ANALYSIS_STILL_S, tend, poll_s=POLL_S):
            raise Unavailable(
                f"The workers stood still for {ANALYSIS_STILL_S:.0f} s with jobs left: {left()}. What they did stands in "
                f"{settings().home / 'logs'}."
            )


def _tend(supervisor: Supervisor, engines: Engines | None) -> None:
    if engines is not None:
        engines.tend()
    supervisor.tend()


def _figures(handles: _Handles, operation_id: int) -> dict[str, Any]:
    with handles.workers.read(handles.service_id) as view:
        figures = exercise_figures(view.session, operation_id)
        times = lead_times(view.session, operation_id)
    rounded = {
        "first_lead_s": times.first_s and round(times.first_s, 1),
        "all_leads_s": times.last_s and round(times.last_s, 1),
    }
    return {"operations": 1, **{name: value for name, value in vars(figures).items() if name != "waiting"}, **rounded}


def _new_links_secret() -> None:
    exercise_secret.new_secret(settings().home)


def _links_secret() -> None:
    """Make sure of a secret, and leave that of a demonstration which is being served."""
    if not exercise_secret.is_there(settings().home):
        _new_links_secret()


def _print_links(handles: _Handles, operation_id: int, address: str, *, only_first: bool = False) -> None:
    """Print one link per role and agency with what waits there; or the first link alone, while the exercise is being
    loaded."""
    from workspace.web.exercise import exercise_links

    played = handles.week(operation_id)
    people = played.first_to_come() if only_first else played.people()
    show()
    show(f"Concord is at {address}  EXERCISE: lawful pictures of adults, not a real operation.")
    show(
        "Watch the board fill:"
        if only_first
        else "Sign-in links of this run, for this machine only, and what waits there:"
    )
    links = exercise_links(settings(), [(user_id, name) for user_id, name, _ in people])
    for (name, url), (_, _, waits) in zip(links, people, strict=False):
        show(f"  {name:32} {url}")
        if not only_first:
            show(f"  {'':32} {waits}")


def _drop_database(engines: Engines | None, name: str) -> None:
    from workspace.host.engines import SUPERUSER

    if engines is None:
        return
    url = driver_url(engines.database_url(SUPERUSER, "postgres"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
