"""What the partners' process knows of its exercise: how it is played, by whom, and what the director has put into it.

Read by the workers' role, beside the truth the only thing that does not come through the API. Injections are landed by
command.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from threading import Lock
from uuid import UUID

from sqlalchemy.orm import Session

from partners.client import Client, Json
from partners.line import Line
from partners.texts import language_of
from partners.truth import Truth
from workspace.commands.exercise import land_injection
from workspace.model.database import Database
from workspace.model.statements import statements
from workspace.rules.credentials import SESSION_IDLE
from workspace.rules.exercise import PACES
from workspace.rules.states import AFTER_CLOSING, AFTER_OPENING

SQL = statements(__file__)
OFTENER_IN_LAPSE = 6.0
SELDOM_ALONE = 10.0
"""How much less often partners look, while nobody is here, at what people alone cause."""


@dataclass(frozen=True)
class Member:
    """A member of the exercise. kind: of the agency; is_partner: a partner plays the seat now."""

    user_id: int
    name: str
    role: str
    country: str
    agency_id: int
    kind: str
    is_partner: bool

    @property
    def office(self) -> str:
        """Country and kind of the agency, as a referral names to whom it goes."""
        return office(self.country, self.kind)

    @property
    def writes(self) -> str:
        """The language in which a partner in this seat writes."""
        return language_of(self.country, self.role)


def office(country: str, kind: str) -> str:
    """The name under which what was sent to a kind of agency of a country is counted."""
    return f"{country} {kind}"


@dataclass(frozen=True)
class Injection:
    """What the director has put into the week and is due; its kinds are those of rules/exercise.py."""

    id: UUID
    kind: str


@dataclass(frozen=True)
class Play:
    """How the exercise is played now.

    steps: how many single acts the director has asked for. is_over: nothing is played any more. alone_s: since when, in
    seconds, no person's session is live, below 0 while one is; None where there was none.
    """

    seed: int
    pace: int
    is_paused: bool
    steps: int
    is_over: bool
    state: str
    alone_s: float | None
    members: Mapping[int, Member]
    injections: tuple[Injection, ...]


class Board:
    """The board of an agency's seats, kept up to date as the screens do: by the line, else the changes after the last
    event, or all of it anew.

    The cards are never changed but replaced, because seats that act at once share them.
    """

    def __init__(self, operation_id: int, line: Line | None = None) -> None:
        self._path, self._line = f"/api/v1/operations/{operation_id}/board", line
        self._after, self._keys, self._asked_since = 0, "", 0
        self._lock = Lock()
        self.counts: Mapping[str, int] = {}
        """How many leads each stage without a column has."""
        self.cards: Mapping[str, Json] = {}
        """By the lead's id. A lead off the board stays only in the answer that tells its last change."""

    @property
    def seq(self) -> int:
        """The operation's last event at the last refresh."""
        return self._after

    def refresh(self, client: Client) -> Mapping[str, Json]:
        """Ask for what changed, unless the line stands and has told of nothing since; answers all cards.

        Raises: Refused, SignedOut, Away.
        """
        opened = self._line.opened if self._line is not None and self._line.is_open else 0
        if self._line is None or not opened or opened != self._asked_since or self._line.seq > self._after:
            answer = client.get(f"{self._path}/changes?after={self._after}&keys={self._keys}")
            rest = self._rest(client) if _is_first_part(answer) else {}
            with self._lock:
                self._asked_since = opened
                self._apply(answer, rest)
        return self.cards

    def take(self, message: Json) -> None:
        """What the line brings, if it follows what is here; where it does not, the next refresh asks."""
        with self._lock:
            if message["after"] <= self._after and message["keys"] == self._keys and not _is_first_part(message):
                self._apply(message, {})

    def _apply(self, answer: Json, rest: Mapping[str, Json]) -> None:
        """Of two answers the newer one stays, and of two cards. rest: what a snapshot left out."""
        if answer["seq"] < self._after:
            return
        held = rest if answer["snapshot"] else self.cards
        told = {card["id"]: card for card in answer["cards"] if not _is_older(card, held.get(card["id"]))}
        self.cards = {**held, **told}
        self._after, self._keys, self.counts = answer["seq"], answer["keys"], answer["counts"]

    def _rest(self, client: Client) -> dict[str, Json]:
        """The cards of a board of which a snapshot holds the first alone."""
        found: dict[str, Json] = {}
        above: int | None = 0
        while above is not None:
            part = client.get(f"{self._path}/part?above={above}")
            found |= {card["id"]: card for card in part["cards"]}
            above = part["above"]
        return found


def _is_first_part(answer: Json) -> bool:
    return bool(answer["snapshot"] and answer["columns"])


def _is_older(card: Json, held: Json | None) -> bool:
    return held is not None and int(held["changed_seq"]) > int(card["changed_seq"])


@dataclass
class Work:
    """A lead that an examiner has in hand. token: of the claim; page: as it was when the lead was claimed. is_weighed:
    whether it was thought of to do something else than to sign. is_told: others were told who has it open.
    """

    lead: str
    token: int
    page: Json
    is_looked_at: bool = False
    is_weighed: bool = False
    is_told: bool = False


@dataclass
class Seat:
    """A seat that a partner plays: who it is, its session, the board of its agency, and what its role keeps in mind.

    random: seeded by exercise and name, for what is no error: words, order, pauses. notes: sets of ids by a name of the
    role's own. has_put_off: something was not looked at this time, because it had been a moment ago.
    """

    member: Member
    client: Client
    board: Board
    random: Random
    notes: dict[str, set[str]] = field(default_factory=dict)
    work: Work | None = None
    looked_at: dict[str, float] = field(default_factory=dict)
    has_put_off: bool = False

    def refresh_board(self) -> Mapping[str, Json]:
        """All cards, as they are now. Raises: Refused, SignedOut, Away."""
        return self.board.refresh(self.client)

    def is_time_for(self, name: str, every_s: float) -> bool:
        """Whether this was last due more than so many seconds of true time ago; it is then done now."""
        now = time.monotonic()
        if now - self.looked_at.get(name, float("-inf")) < every_s:
            self.has_put_off = True
            return False
        self.looked_at[name] = now
        return True

    def forget(self, name: str) -> None:
        """Let it be due at once."""
        self.looked_at.pop(name, None)

    def noted(self, name: str) -> set[str]:
        """What the role keeps in mind under this name."""
        return self.notes.setdefault(name, set())


@dataclass
class Week:
    """What every role may ask.

    in_time_lapse: the pace of `lapse` whatever the exercise's own, and nobody rests between two leads. keep_open: the
    share of all leads that examiners leave open. leaves: how many things of each kind partners leave to those who come,
    of what partners alone wait for. is_ending: the material is in and read, and the time has come: the operation lead
    closes the operation and has its closing edition drawn up.
    """

    operation_id: int
    workers: Database
    service_id: int
    truth: Truth
    play: Play
    in_time_lapse: bool = False
    keep_open: float = 0.0
    leaves: int = 0
    is_ending: bool = False
    lapse: int = max(PACES)
    sent_to: Counter[str] = field(default_factory=Counter)
    """By office (`Member.office`): how many referrals partners of this process have sent there."""
    drafted_to: set[str] = field(default_factory=set)
    """Offices for which partners of this process have drafted a referral that they bring on its way."""

    @property
    def pace(self) -> int:
        """How much faster than true time partners act now."""
        return self.lapse if self.in_time_lapse else self.play.pace

    @property
    def is_watched(self) -> bool:
        """Whether a person's session is live: somebody may be looking on."""
        return self.play.alone_s is not None and self.play.alone_s < 0

    def every_s(self, exercise_s: float, *, of_people: bool = False) -> float:
        """So much exercise time in seconds of true time, for what is looked at again and again; a time-lapse, in which
        nobody rests, looks oftener.

        of_people: what people alone cause, which can wait while none is here.
        """
        seldom = SELDOM_ALONE if of_people and not self.is_watched and not self.in_time_lapse else 1.0
        return exercise_s / self.pace * seldom / (OFTENER_IN_LAPSE if self.in_time_lapse else 1.0)

    def look(self) -> Play:
        """Read anew how the exercise is played."""
        with self.workers.read(self.service_id) as view:
            self.play = _play(view.session, self.operation_id)
        return self.play

    def waiting(self, seat: Seat) -> list[Json]:
        """What waits for a seat to be done. Raises: Refused, SignedOut, Away."""
        waits: list[Json] = seat.client.get(f"/api/v1/operations/{self.operation_id}/waiting")
        return waits

    def is_partner(self, user_id: int) -> bool:
        """Whether a partner plays this member's seat now."""
        member = self.play.members.get(user_id)
        return member is not None and member.is_partner

    def left(self, things: Iterable[Json], since: str) -> set[str]:
        """The ids of those that partners leave to whoever comes: what waits longest, so that all that follows goes
        its way. since: the key of the time from which a thing waits."""
        return {each["id"] for each in sorted(things, key=lambda each: str(each[since]))[: self.leaves]}

    def is_a_persons(self, page: Json) -> bool:
        """Whether a person holds a lead, has it open, or claimed it last and has not signed since: no partner touches
        it then.

        Once a person's opinion stands, the lead waits for the next examiner like any other.

        page: a lead's page as the API answers it.
        """
        holder = page["holder"]
        if holder is not None and not self.is_partner(holder["id"]):
            return True
        if any(not self.is_partner(each["user"]) for each in page["presence"]):
            return True
        return self._a_person_has_begun(page["history"])

    def has_a_persons_opinion(self, page: Json) -> bool:
        """Whether a person has signed on a lead: it then waits for partners as for anybody. page: of the lead."""
        return any(
            event["kind"] == "assessment:signed" and event["actor"] is not None and event["played_by"] != "partner"
            for event in page["history"]
        )

    def _a_person_has_begun(self, history: list[Json]) -> bool:
        """history: newest first, so that a claim comes after what was made of it."""
        signed: set[int] = set()
        undone: set[int] = set()
        for event in history:
            actor = event["actor"]
            if actor is None or event["played_by"] == "partner":
                continue
            if event["kind"] == "assessment:undone":
                undone.add(actor["id"])
            elif event["kind"] == "assessment:signed" and actor["id"] not in undone:
                signed.add(actor["id"])
            elif event["kind"] == "assessment:signed":
                undone.remove(actor["id"])
            elif event["kind"] == "lead:claimed" and actor["id"] not in signed:
                return True
        return False

    def due(self, *kinds: str) -> Injection | None:
        """The first injection of these kinds that is due."""
        return next((each for each in self.play.injections if each.kind in kinds), None)

    def do_injected(self, injection: Injection | None, act: Callable[[], None]) -> None:
        """Do what the director asked for, and note that it has happened; another seat may have been first. Without an
        injection it is done all the same."""
        if injection is None:
            act()
        elif any(each.id == injection.id for each in self.look().injections):
            act()
            self.land(injection)

    def land(self, injection: Injection) -> None:
        """Note that an injection has happened. Records what `land_injection` records. Raises: NotFound: it has landed
        before."""
        with self.workers.write(self.service_id) as tx:
            land_injection(tx, injection.id)


def open_week(
    workers: Database,
    service_id: int,
    operation_id: int,
    *,
    in_time_lapse: bool = False,
    keep_open: float = 0.0,
    leaves: int = 0,
) -> Week:
    """The week of one exercise."""
    with workers.read(service_id) as view:
        play = _play(view.session, operation_id)
    truth = Truth(workers, service_id)
    return Week(operation_id, workers, service_id, truth, play, in_time_lapse, keep_open, leaves)


def newest_exercise(workers: Database, service_id: int) -> int | None:
    """The newest exercise that is being played; None while there is none."""
    with workers.read(service_id) as view:
        found: int | None = view.session.execute(
            SQL["newest"], {"states": sorted(AFTER_OPENING - AFTER_CLOSING)}
        ).scalar_one()
    return found


def _play(session: Session, operation_id: int) -> Play:
    row = session.execute(SQL["exercise"], {"operation": operation_id, "idle": SESSION_IDLE}).one()
    members = [Member(**each) for each in row.members or ()]
    injections = tuple(Injection(UUID(each["id"]), each["kind"]) for each in row.injections or ())
    return Play(
        seed=row.seed,
        pace=row.pace,
        is_paused=row.is_paused,
        steps=row.steps,
        is_over=row.is_revealed or row.state in AFTER_CLOSING,
        state=row.state,
        alone_s=None if row.alone_s is None else float(row.alone_s),
        members={member.user_id: member for member in members},
        injections=injections,
    )
