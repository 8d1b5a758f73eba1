"""The exercise as a living week, for the commands that run it: the prelude, the week that is played to its end, and
what waits for whom.

Partners play in a process of their own, under the supervisor; this process looks at how far they are, and never acts
for one. Where the week is played to its end it does what the director and the operation lead of an exercise set up
beforehand: pace and leases, and afterwards the debrief.
"""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workspace.cli.moving import Tend, wait_while_it_moves
from workspace.cli.run import start_partners
from workspace.commands.exercise import change_pace, reveal_truth
from workspace.commands.operations import change_operation_settings
from workspace.commands.shown import note_edition_export
from workspace.errors import Conflict, Unavailable
from workspace.exchange.debrief_figures import DebriefFigures
from workspace.exchange.statistics_report import printed, to_pdf
from workspace.exchange.verify_record import verify_record
from workspace.host.processes import Child
from workspace.host.supervisor import Supervisor
from workspace.host.terminal import say
from workspace.model.database import Database
from workspace.queries.debrief import stored_debrief
from workspace.queries.editions import editions, stored_edition
from workspace.queries.exercise import seats_by_role
from workspace.queries.overview import overview
from workspace.queries.record import whole_record
from workspace.queries.week import Progress, Waiting, progress, week_figures, what_waits
from workspace.rules.exercise import PACES
from workspace.rules.leads import REFERABLE
from workspace.rules.roles import (
    ADMINISTRATOR,
    AUTHORITIES,
    COUNTRY_LEAD,
    DIRECTOR,
    DISSEMINATORS,
    EXAMINERS,
    OBSERVER,
    OPERATION_LEAD,
    RECEIVERS,
)
from workspace.rules.states import AFTER_CLOSING
from workspace.settings import settings

LEASE_S = 40
"""How long a claim is held in the week that is played to its end, in seconds: what somebody forgets is free again
soon."""
GOES_ON_S = 18.0
"""After the material was read the week goes on for so long at least."""
STILL_S, STILL_AFTERWARDS_S = 90.0, 15.0
"""Partners stand still when for so long nothing is signed, sent or stated and nobody takes up a lead: before the first
lead is verified, and afterwards. At the fastest pace something happens in every second, on a busy machine in every
tenth."""
PRELUDE_STILL_S, DEBRIEF_LIMIT_S = 20.0, 120.0
LEAVE = ("--leave", "1")
"""Where people can come, partners leave something of each kind to them."""
KEEP_OPEN = "0.5"
"""The share of the leads that the prelude leaves to those who come."""
LIVELY = {"open": 3, "assessed": 2, "verified": 2, "rejected": 1, "referred": 2, "outcome": 1}
"""How many leads of each stage stand on the board when the prelude is over; there are two editions then, and each
agency that only receives has something to do."""
BEHIND_THE_WORKERS = 7
"""How nice the web and the partners are where the week is played to its end."""
MOST_NAMED = 4
"""How many things the line of a link names."""


class Week:
    """The week of one exercise, as its command sees it."""

    def __init__(self, app: Database, workers: Database, service_id: int, operation_id: int) -> None:
        self._app, self._workers, self._service_id = app, workers, service_id
        self.operation_id = operation_id

    def progress(self) -> Progress:
        """How far it is."""
        with self._workers.read(self._service_id) as view:
            return progress(view.session, self.operation_id)

    # --- The prelude --------------------------------------------------------------------------------------------------

    def finish_prelude(self, tend: Tend) -> None:
        """Wait until every column has leads and two editions are there, or the partners find nothing more to do."""
        say("The partners play the first days of the week.")
        wait_while_it_moves(lambda: _is_lively(self.progress()), self._done, PRELUDE_STILL_S, tend)

    # --- The whole week -----------------------------------------------------------------------------------------------

    def hurry(self) -> None:
        """Set the fastest pace, as the director, and claims of seconds, as the operation lead."""
        with self._app.write(self._one_of(DIRECTOR)) as tx:
            change_pace(tx, self.operation_id, pace=max(PACES))
        with self._app.write(self._one_of(OPERATION_LEAD)) as tx:
            change_operation_settings(tx, self.operation_id, lease_s=LEASE_S)

    def play_to_closing(self, partners: Child, tend: Tend, *, still_s: float = STILL_S) -> None:
        """Wait until a lead is verified, or none can be any more, and until somebody has taken up every lead and an
        authority has stated an outcome, or nothing moves; let the operation lead close, and wait for the closing edition.

        Raises:
            Unavailable: the partners stand still before that, or nobody closes the operation.
        """
        ends_at = time.monotonic() + GOES_ON_S
        if not wait_while_it_moves(lambda: _is_decided(self.progress()), self._done, still_s, tend):
            raise Unavailable(_stood_still(self.progress(), still_s, partners.log))
        wait_while_it_moves(lambda: _has_come_through(self.progress()), self._done, STILL_AFTERWARDS_S, tend)
        wait_while_it_moves(lambda: time.monotonic() > ends_at, time.monotonic, GOES_ON_S, tend)
        os.kill(partners.pid, signal.SIGUSR1)
        if not wait_while_it_moves(lambda: _is_closed(self.progress()), lambda: self.progress().events, still_s, tend):
            raise Unavailable(
                f"The week was played, and for {still_s:.0f} s nobody closed its operation. What its partners did stands "
                f"in {partners.log}."
            )

    def _done(self) -> tuple[int, ...]:
        """What changes while partners come on."""
        found = self.progress()
        return found.untouched, found.opinions, found.sent, found.stated, found.editions

    def figures(self, folder: Path, tend: Tend) -> tuple[dict[str, Any], Path | None]:
        """What came of the week; and where the PDF of its closing edition was left, None if there is none."""
        with self._workers.read(self._service_id) as view:
            counted = asdict(week_figures(view.session, self.operation_id))
        edition, file = self._closing_edition(folder)
        found = self._beside_truth(tend)
        return {**counted, **edition, "record_intact": self._is_record_intact(), **found}, file

    def _closing_edition(self, folder: Path) -> tuple[dict[str, Any], Path | None]:
        """Its figures and the SHA-256 of its PDF, which is exported as by the operation lead."""
        lead = self._one_of(OPERATION_LEAD)
        with self._app.read(lead) as view:
            drawn = [
                each
                for each in editions(view.session, self.operation_id)
                if each.kind == "closing" and each.seq is not None
            ]
            stored = stored_edition(view.session, drawn[-1].id) if drawn else None
        names = {
            "victims_confirmed": "victims_confirmed",
            "safeguarded": "victims_safeguarded",
            "offenders_arrested": "offenders_arrested",
        }
        if stored is None:
            return dict.fromkeys((*names, "edition_sha256")), None
        with self._app.write(lead) as tx:
            note_edition_export(tx, self.operation_id, edition=stored.number, audience="internal", form="pdf")
        content = to_pdf(printed(stored.figures, head=stored.head))
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"edition-{self.operation_id}-{stored.number}-{int(time.time())}.pdf"
        file.write_bytes(content)
        numbers = {figure.key: figure.number for figure in stored.figures.figures}
        return {
            **{name: numbers[key] for name, key in names.items()},
            "edition_sha256": hashlib.sha256(content).hexdigest(),
        }, file

    def _is_record_intact(self) -> bool:
        """Whether the record of the exercise verifies, as its observer exports it."""
        with self._app.read(self._one_of(OBSERVER)) as view:
            lines = [line.exported() for line in whole_record(view.session, self.operation_id)]
        return verify_record(lines).is_intact

    def _beside_truth(self, tend: Tend) -> dict[str, int | None]:
        """Open the debrief, as the director, and answer how much of what is true was found, and how much that is false
        verified."""
        with self._app.write(self._one_of(DIRECTOR)) as tx:
            reveal_truth(tx, self.operation_id, reason="The week is over.")
        if not wait_while_it_moves(self._has_debrief, lambda: None, DEBRIEF_LIMIT_S, tend):
            raise Unavailable(
                f"The debrief was not drawn up within {DEBRIEF_LIMIT_S:.0f} s. What the workers did stands in "
                f"{settings().home / 'logs'}."
            )
        with self._workers.read(self._service_id) as view:
            return _beside(stored_debrief(view.session, self.operation_id))

    def _has_debrief(self) -> bool:
        with self._workers.read(self._service_id) as view:
            try:
                stored_debrief(view.session, self.operation_id)
            except Conflict:
                return False
        return True

    # --- Who may come in ----------------------------------------------------------------------------------------------

    def first_to_come(self) -> list[tuple[int, str, str]]:
        """An examiner's seat alone, in the form of `people`: who takes it takes nothing from the week that no other
        partner does."""
        with self._workers.read(self._service_id) as view:
            seats = seats_by_role(view.session, self.operation_id)
        return [(seat.user_id, seat.name, "") for seat in seats if seat.role in EXAMINERS - COUNTRY_LEAD][:1]

    def people(self) -> list[tuple[int, str, str]]:
        """(user id, name, what waits), one per role and country."""
        with self._workers.read(self._service_id) as view:
            seats = seats_by_role(view.session, self.operation_id)
        return [(seat.user_id, seat.name, self._waiting_line(seat.user_id, seat.role)) for seat in seats]

    def _waiting_line(self, user_id: int, role: str) -> str:
        with self._app.read(user_id) as view:
            waits = what_waits(view.session, self.operation_id)
            stuck = overview(view.session, self.operation_id).stuck_leads if role in OPERATION_LEAD else 0
        return waiting_line(role, waits, stuck)

    def _one_of(self, roles: frozenset[str]) -> int:
        with self._workers.read(self._service_id) as view:
            return next(seat.user_id for seat in seats_by_role(view.session, self.operation_id) if seat.role in roles)


def waiting_line(role: str, waits: Waiting, stuck: int = 0) -> str:
    """What waits for a role, in a line. stuck: how many leads are, for whoever leads the operation."""
    if role in DIRECTOR:
        return "pace, pause, single steps; who plays which seat; what goes wrong on purpose"
    if role in OBSERVER:
        return f"a record of {_count(waits.events, 'event')} to verify"
    if role in ADMINISTRATOR:
        return "people, sessions and keys"
    if role in OPERATION_LEAD:
        parts = [f"{_count(waits.editions, 'edition')} and what changed between them"] if waits.editions else []
        parts += [f"{_count(stuck, 'lead')} stuck, and what would free them"] if stuck else []
        return "; ".join(parts) or "the window, the countries, and what is stuck"
    parts = [f"{_count(number, what)} {rest}" for number, what, rest in _things(role, waits) if number]
    return "; ".join(parts[:MOST_NAMED]) or "nothing yet: it comes here as leads are verified and sent"


def _things(role: str, waits: Waiting) -> Iterator[tuple[int, str, str]]:
    """What can wait for a role: how many, of what, for which act."""
    if role in COUNTRY_LEAD:
        yield waits.requests, "request", "for closed material to answer"
    if role in AUTHORITIES:
        yield waits.to_acknowledge, "referral", "to acknowledge"
        yield waits.to_answer, "referral", "to accept or return"
        yield waits.to_state, "accepted case", "to state an outcome of"
    if role in DISSEMINATORS:
        yield waits.returned, "referral", "that came back, to send on"
        yield waits.approvals, "draft", "to approve as the second person"
        yield waits.to_refer, "verified lead", "to refer"
    if role in EXAMINERS:
        yield waits.opinions, "lead", "for a further opinion"
        yield waits.open, "open lead", "to claim"
    if role in RECEIVERS:
        yield waits.stated, "case", "of which your agency has stated an outcome"


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def begin(supervisor: Supervisor, *, is_prelude: bool) -> Child:
    """Have the partners play in time-lapse; in a prelude half of the leads and something of each kind are left."""
    return start_partners(supervisor, "--time-lapse", *(("--keep-open", KEEP_OPEN, *LEAVE) if is_prelude else ()))


def go_on(supervisor: Supervisor) -> Child:
    """Have the partners play at the director's pace, and always leave something to whoever comes."""
    return start_partners(supervisor, *LEAVE)


def give_way(child: Child) -> None:
    """Let a process of the week wait for the workers: the material is read as soon as without it, and the week goes on
    beside it."""
    os.setpriority(os.PRIO_PROCESS, child.pid, BEHIND_THE_WORKERS)


def _is_lively(progress: Progress) -> bool:
    has_all = progress.editions >= 2 and progress.empty_inboxes == 0
    return has_all and all(progress.stages.get(stage, 0) >= least for stage, least in LIVELY.items())


def _is_decided(progress: Progress) -> bool:
    """Whether a lead was verified, or none is left that could be."""
    return any(progress.stages.get(stage) for stage in REFERABLE) or not any(
        progress.stages.get(stage) for stage in ("open", "assessed")
    )


def _has_come_through(progress: Progress) -> bool:
    """Whether somebody has taken up every lead, and an authority has stated what came of one."""
    return progress.untouched == 0 and progress.stated > 0


def _stood_still(progress: Progress, still_s: float, log: Path) -> str:
    return (
        f"The week was not closed: its partners stood still for {still_s:.0f} s, and no lead is verified. Opinions "
        f"signed: {progress.opinions}; leads that nobody took up: {progress.untouched} of {progress.leads}. What they did "
        f"stands in {log}."
    )


def _is_closed(progress: Progress) -> bool:
    return progress.state in AFTER_CLOSING and progress.closing_editions > 0


def _beside(debrief: DebriefFigures) -> dict[str, int | None]:
    verified = next(step for step in debrief.steps if step.key == "verified")
    decided = next(each for each in debrief.false_ones.decided if each.key == "verified")
    return {"found_of_truth": verified.both, "false_verified": decided.false}
