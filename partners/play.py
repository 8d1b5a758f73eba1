"""The partners' loop: one process, asleep between two acts.

Each seat has a time at which it acts next; it acts alone at the exercise's own pace, and a few do at once in
time-lapse, where most of an act is waiting for the disk of the server. The exercise's row is looked at once a second:
pace, pause, steps, and who plays which seat. Who finds nothing to do is not asked again before the line tells that
something has happened; without the line, after a while. A refusal, a lost race or a server that is away ends one act
and nothing else.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Event
from typing import Protocol

from partners.client import Away, Client, Refused
from partners.line import Line
from partners.week import Board, Member, Play, Seat, Week
from workspace.errors import NotFound
from workspace.model.setbacks import Setbacks
from workspace.rules.roles import EXAMINERS, KEY_HOLDERS
from workspace.store import exercise_secret

LOG = logging.getLogger("partners")

LOOK_EVERY_S = 1.0
"""How often the exercise's row is looked at: a seat that a person takes is left within this time."""
ASLEEP_LOOK_S = 3.0
SLEEP_AFTER_S = 600.0
"""Partners sleep when no person's session has been live for so long."""
STIRRED, STIR_EVERY_S = 8, 3.0
"""When a person takes a seat, or is the first to come, so many of the examiners act one after the other, so many seconds
of true time apart: the person sees cards move within the first seconds, at every pace."""
AWAY_S = 1.0
"""Before a server that does not answer is asked again."""
IDLE_S = 600.0
"""Exercise time after which a partner who had nothing to do looks again: a served exercise costs little."""
QUIET_S = 3600.0
"""Exercise time after which a partner who had nothing to do looks again though nothing has happened: some things wait
for a time to pass."""
IDLE_IN_LAPSE_S = 90.0
"""The same where the week passes in minutes, and nobody may be waited for."""
HANDS = 4
"""How many partners act at once in time-lapse."""
BREATH_S = 0.05
"""The least time between two acts of one partner, however fast the week."""


@dataclass(frozen=True)
class Act:
    """One act of a partner. takes_s: how long it takes a person before the next step; rests_s: how long until something
    else is begun, which a time-lapse leaves out. Both in seconds of exercise time.
    """

    name: str
    do: Callable[[], None]
    takes_s: float
    rests_s: float = 0.0


class Role(Protocol):
    """What a module of partners/roles/ answers: what this seat does next, None if nothing waits for it."""

    def __call__(self, seat: Seat, week: Week) -> Act | None:
        """Raises: Refused, Away."""
        ...


@dataclass
class _Playing:
    """A seat with the time of its next act (of `time.monotonic`), the steps that it has taken, and the act that runs.

    quiet_since: what the line had told when the seat found nothing to do; quiet_until: when it looks again all the
    same.
    """

    seat: Seat
    due: float
    steps: int
    quiet_since: tuple[int, int] | None = None
    quiet_until: float = 0.0
    running: Future[None] | None = None

    def is_free(self) -> bool:
        """Whether no act of it runs. Raises what an act that has ended raised: a fault of ours."""
        if self.running is not None and self.running.done():
            self.running.result()
            self.running = None
        return self.running is None

    def leave(self) -> None:
        """Close the seat's session, after the act that runs."""
        if self.running is None:
            self.seat.client.close()
        else:
            self.running.add_done_callback(lambda _: self.seat.client.close())


class Players:
    """All seats of one week that partners play."""

    def __init__(
        self,
        week: Week,
        roles: dict[str, Role],
        connect: Callable[[Member], Client],
        line: Line | None = None,
        *,
        has_own_boards: bool = False,
        look_every_s: float = LOOK_EVERY_S,
        setbacks: Setbacks | None = None,
    ) -> None:
        """connect: makes the session of a seat. line: not yet open; without one everything is asked over HTTP.
        has_own_boards: each seat keeps a board of its own, as on as many screens; else an agency's seats share one.
        look_every_s: how often the exercise's row is looked at. setbacks: where given, a fault of ours in an act ends
        that act alone, and the seat waits; where not, it ends the play.
        """
        self._setbacks = setbacks
        self._look_every_s = look_every_s
        self._has_own_boards = has_own_boards
        self.week, self._roles, self._connect, self.line = week, roles, connect, line
        self._boards: dict[int, Board] = {}
        self._holder: _Playing | None = None
        self._playing: dict[int, _Playing] = {}
        self._begun = time.monotonic()
        self._hands = ThreadPoolExecutor(HANDS if week.in_time_lapse else 1, "partner")
        self.acts = 0

    def play(self, stop: Event, *, until: Callable[[Play], bool] = lambda play: play.is_over) -> None:
        """Act until told to stop, or until the week is as wanted; the state of the exercise is asked once a second.

        No act runs any more when it returns.
        """
        while not stop.is_set():
            pace, was_watched = self.week.pace, self.week.is_watched
            play = self.week.look()
            if until(play):
                break
            self._keep_pace(pace)
            self._seat_those(play)
            if self.week.is_watched and not was_watched:
                self._stir()
            self._land_line_cut()
            if self._is_asleep(play):
                self._end_line()
                stop.wait(ASLEEP_LOOK_S)
                continue
            self._keep_line()
            if play.is_paused:
                self._take_steps(play)
                stop.wait(self._look_every_s)
            else:
                self._act_for(self._look_every_s, play, stop)
        wait([playing.running for playing in self._playing.values() if playing.running is not None])

    @property
    def seats(self) -> list[Seat]:
        """The seats that partners play now."""
        return [playing.seat for playing in self._playing.values()]

    def close(self) -> None:
        """Leave all seats."""
        self._end_line()
        for playing in self._playing.values():
            playing.leave()
        self._playing.clear()
        self._hands.shutdown()

    def _is_asleep(self, play: Play) -> bool:
        if self.week.in_time_lapse:
            return False
        alone_s = time.monotonic() - self._begun if play.alone_s is None else play.alone_s
        return alone_s > SLEEP_AFTER_S

    def _seat_those(self, play: Play) -> None:
        """Take the seats that are the partners' now, and leave those that are no more."""
        wanted = {
            user: member for user, member in play.members.items() if member.is_partner and member.role in self._roles
        }
        taken = set(self._playing) - set(wanted)
        for user in taken:
            left = self._playing.pop(user)
            if left is self._holder:
                self._end_line()
            left.leave()
        if taken:
            self._stir()
        for user in set(wanted) - set(self._playing):
            member = wanted[user]
            client, random = self._connect(member), Random(f"{play.seed} {member.name}")  # noqa: S311 - no secret
            owner = member.user_id if self._has_own_boards else member.agency_id
            board = self._boards.setdefault(owner, Board(self.week.operation_id, self.line))
            seat = Seat(member, client, board, random)
            # Nobody begins at the same moment.
            first = time.monotonic() + random.random() * self._idle_s()
            self._playing[user] = _Playing(seat, first, play.steps)

    def _stir(self) -> None:
        """Have somebody act every few seconds while a person looks around who has just come."""
        examiners = [each for each in self._playing.values() if each.seat.member.role in EXAMINERS]
        # A claim is seen by everybody, a look at what is in hand by nobody.
        first = sorted(examiners, key=lambda each: (each.seat.work is not None, each.due))
        for ordinal, playing in enumerate(first[:STIRRED], start=1):
            playing.due = min(playing.due, time.monotonic() + ordinal * STIR_EVERY_S)
            playing.quiet_since = None

    def _keep_line(self) -> None:
        """Open the line where it is down and may be tried again, by the session of the first seat that opens material
        and is free."""
        if self.line is None or not self.line.is_due:
            return
        for _, playing in sorted(self._playing.items()):
            if playing.seat.member.role in KEY_HOLDERS and playing.is_free():
                try:
                    cookie = playing.seat.client.cookie
                except (Refused, Away) as refusal:
                    LOG.info("%s holds no line: %s", playing.seat.member.name, refusal)
                    continue
                self._holder = playing
                self.line.open(cookie, playing.seat.board.take)
                return

    def _end_line(self) -> None:
        self._holder = None
        if self.line is not None:
            self.line.close()

    def _has_news(self, playing: _Playing, now: float, play: Play) -> bool:
        """Whether something may wait for a seat that had found nothing to do."""
        if playing.quiet_since is None or now >= playing.quiet_until or play.injections or self.week.is_ending:
            return True
        return playing.quiet_since != self._told()

    def _told(self) -> tuple[int, int] | None:
        """How far the line has told of what happened; None without one."""
        return (self.line.opened, self.line.seq) if self.line is not None and self.line.is_open else None

    def _idle_s(self) -> float:
        return self._true_s(IDLE_IN_LAPSE_S if self.week.in_time_lapse else IDLE_S)

    def _keep_pace(self, before: int) -> None:
        """What is left of each partner's pause passes at the new pace, where the director has changed it."""
        now, change = time.monotonic(), before / self.week.pace
        if change != 1.0:
            for playing in self._playing.values():
                playing.due = now + (playing.due - now) * change

    def _land_line_cut(self) -> None:
        injection = self.week.due("line_cut")
        if injection is not None:
            try:
                self.week.land(injection)
            except NotFound:
                LOG.info("The injection has landed before.")

    def _take_steps(self, play: Play) -> None:
        """Let each partner act once for a step that the director asked for."""
        for playing in list(self._playing.values()):
            if playing.steps < play.steps and playing.is_free():
                playing.steps = play.steps
                self._act(playing)

    def _act_for(self, seconds: float, play: Play, stop: Event) -> None:
        until = time.monotonic() + seconds
        while not stop.is_set() and (now := time.monotonic()) < until:
            free = [playing for playing in self._playing.values() if playing.is_free()]
            for playing in free:
                if playing.due <= now and not self._has_news(playing, now, play):
                    playing.due = now + self._idle_s()
                elif playing.due <= now:
                    playing.steps = play.steps
                    playing.running = self._hands.submit(self._act, playing)
            pause = min([until, *(playing.due for playing in free if playing.running is None)]) - now
            running = [playing.running for playing in self._playing.values() if playing.running is not None]
            if running:
                wait(running, max(0.0, pause), return_when=FIRST_COMPLETED)
            else:
                stop.wait(max(0.0, pause))

    def _act(self, playing: _Playing) -> None:
        if self._setbacks is None:
            self._act_once(playing)
            return
        name = playing.seat.member.name
        with self._setbacks.trying(name):
            self._act_once(playing)
        if not self._setbacks.is_due(name):
            playing.due = time.monotonic() + self._setbacks.wait_s(name)

    def _act_once(self, playing: _Playing) -> None:
        seat = playing.seat
        wait_s, told = self._idle_s(), self._told()
        playing.quiet_since, playing.quiet_until = None, time.monotonic() + self._true_s(QUIET_S)
        seat.has_put_off = False
        try:
            act = self._roles[seat.member.role](seat, self.week)
            if act is None:
                playing.quiet_since = None if seat.has_put_off else told
            else:
                act.do()
                self.acts += 1
                LOG.debug("%s: %s", seat.member.name, act.name)
                rests_s = 0.0 if self.week.in_time_lapse else act.rests_s
                wait_s = self._true_s((act.takes_s + rests_s) * seat.random.uniform(0.6, 1.4))
        except Refused as refusal:
            LOG.info("%s was refused: %s", seat.member.name, refusal)
        except Away as away:
            LOG.info("%s waits: %s", seat.member.name, away)
            wait_s = max(wait_s, AWAY_S)
        playing.due = time.monotonic() + max(wait_s, BREATH_S)

    def _true_s(self, exercise_s: float) -> float:
        return exercise_s / self.week.pace


def by_link(origin: str, home: Path, *, host: str = "") -> Callable[[Member], Client]:
    """Connect a member's seat by the partner's own link of this run. home: where the run's secret lies."""

    def connect(member: Member) -> Client:
        return Client(origin, lambda: exercise_secret.link_path(home, member.user_id, played_by="partner"), host=host)

    return connect
