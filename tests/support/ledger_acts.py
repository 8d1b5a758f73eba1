"""Histories of a ledger, made at random: what authorities state, what people say of entries and persons, and what is
taken back of it; and how a history ends.

An act is plain data that names earlier acts by their place, so that a history can be played again without some of its
acts, or in another order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.ledger_world import RECEIVERS, Played
from tests.support.recount import recounted_children
from workspace.commands.outcomes import (
    mark_depicted,
    merge_ledger,
    revoke_outcome,
    state_outcome,
    take_back_ledger_act,
)
from workspace.commands.persons import merge_persons, take_back_act
from workspace.commands.series import confirm_country, determine_country, take_back_country
from workspace.errors import Conflict, Forbidden, Invalid
from workspace.model import Outcome
from workspace.queries import figures as queries
from workspace.rules.statement import Statement

Whom = Literal["shown", "new", "not_shown", "offender"]
STAGES = ("V4", "V5", "V4", "V5", "V3", "V1", "already_safe")
LEADS = ("L0", "L1", "L2", "L0", "L1", "L2", "L3", "L4", "L5")
WHOM: tuple[Whom, ...] = ("shown", "shown", "shown", "shown", "new", "not_shown", "offender")
"""What is stated of whom, where: the more often it stands here, the more often it is drawn."""
ALIKE = (("P", "T"),)
"""Persons of one compartment."""


@dataclass(frozen=True)
class State:
    """An authority states a stage of somebody on a lead; entry: the place of the statement whose entry is named."""

    lead: str
    country: str
    whom: Whom
    stage: str
    age: str | None
    sex: str
    place: str | None
    count: int = 1
    entry: int | None = None

    @property
    def needs(self) -> tuple[int, ...]:
        """The acts without which this one cannot be said."""
        return () if self.entry is None else (self.entry,)


@dataclass(frozen=True)
class Same:
    """Somebody says that the entries of two statements are one person."""

    one: int
    other: int

    @property
    def needs(self) -> tuple[int, ...]:
        """As of State."""
        return (self.one, self.other)


@dataclass(frozen=True)
class Shown:
    """Somebody says that the child of a statement is shown after all."""

    one: int

    @property
    def needs(self) -> tuple[int, ...]:
        """As of State."""
        return (self.one,)


@dataclass(frozen=True)
class SamePersons:
    """Somebody says that two persons of one compartment are one."""

    pair: tuple[str, str]
    needs: tuple[int, ...] = ()


@dataclass(frozen=True)
class Country:
    """Somebody determines the country of a series, or confirms what an earlier act determined."""

    series: str
    by: str
    country: str
    confirms: int | None = None

    @property
    def needs(self) -> tuple[int, ...]:
        """As of State."""
        return () if self.confirms is None else (self.confirms,)


Act = State | Same | Shown | SamePersons | Country


@dataclass(frozen=True)
class History:
    """Acts in their order, and what is taken back: the place of the act, and after how many acts."""

    acts: tuple[Act, ...]
    taken_back: Mapping[int, int] = field(default_factory=dict)

    def with_dependants(self) -> set[int]:
        """The acts that are taken back, with those that cannot stand without them."""
        gone = set(self.taken_back)
        for place, act in enumerate(self.acts):
            if gone & set(act.needs):
                gone.add(place)
        return gone


@st.composite
def histories(draw: Callable[[st.SearchStrategy[Any]], Any], *, most: int = 8, conflicts: bool = True) -> History:
    """Histories of up to so many acts. conflicts: authorities may state different ages, and countries of a series."""
    acts: list[Act] = []
    for _ in range(draw(st.integers(3, most))):
        acts.append(_act(draw, acts, conflicts=conflicts))
    gone = draw(st.sets(st.integers(0, len(acts) - 1), max_size=3))
    whole = History(tuple(acts), dict.fromkeys(gone, 0)).with_dependants()
    return History(tuple(acts), {place: draw(st.integers(place + 1, len(acts))) for place in sorted(whole)})


def _act(draw: Callable[[st.SearchStrategy[Any]], Any], before: Sequence[Act], *, conflicts: bool) -> Act:
    stated = [place for place, act in enumerate(before) if isinstance(act, State)]
    determined = [place for place, act in enumerate(before) if isinstance(act, Country) and act.confirms is None]
    kinds = ["state"] * 9 + ["persons", "country"]
    kinds += ["same", "same", "shown"] if len(stated) > 1 else []
    kinds += ["named"] if stated else []
    kinds += ["confirm", "confirm"] if determined else []
    kind = draw(st.sampled_from(kinds))
    if kind == "same":
        one, other = draw(st.lists(st.sampled_from(stated), min_size=2, max_size=2, unique=True))
        return Same(one, other)
    if kind == "shown":
        return Shown(draw(st.sampled_from(stated)))
    if kind == "persons":
        return SamePersons(draw(st.sampled_from(ALIKE)))
    if kind == "country":
        countries = ("PE", "BR") if conflicts else ("PE",)
        return Country(
            draw(st.sampled_from(("blue", "red"))),
            draw(st.sampled_from(("EC", "PE", "CL"))),
            draw(st.sampled_from(countries)),
        )
    if kind == "confirm":
        place = draw(st.sampled_from(determined))
        earlier = before[place]
        assert isinstance(earlier, Country)
        return Country(earlier.series, draw(st.sampled_from(("EC", "PE", "CL"))), earlier.country, confirms=place)
    return _state(draw, before, stated if kind == "named" else [], conflicts=conflicts)


def _state(
    draw: Callable[[st.SearchStrategy[Any]], Any], before: Sequence[Act], stated: Sequence[int], *, conflicts: bool
) -> State:
    entry = draw(st.sampled_from(stated)) if stated else None
    earlier = before[entry] if entry is not None else None
    assert earlier is None or isinstance(earlier, State)
    whom: Whom = earlier.whom if earlier else draw(st.sampled_from(WHOM))
    stages = ("O1", "O2", "O3") if whom == "offender" else STAGES
    return State(
        lead=earlier.lead if earlier else draw(st.sampled_from(LEADS)),
        country=draw(st.sampled_from(RECEIVERS)),
        whom=whom,
        stage=draw(st.sampled_from(stages)),
        age=draw(st.sampled_from((None, "7_12", "13_17") if conflicts else (None, "7_12"))),
        sex=draw(st.sampled_from(("unknown", "female", "male") if conflicts else ("unknown", "female"))),
        place=draw(st.sampled_from((None, "BR", "EC"))),
        count=draw(st.integers(1, 2)) if whom == "not_shown" and entry is None else 1,
        entry=entry,
    )


class Player:
    """Plays acts through the commands; what a command refuses is not done."""

    def __init__(self, play: Played) -> None:
        self.play = play
        self.done: dict[int, UUID] = {}
        self.entries: dict[int, UUID] = {}

    def run(self, history: History, places: Iterable[int], *, backwards: bool = False) -> Player:
        """Play the acts of these places; backwards: and take back what the history takes back."""
        for turn, place in enumerate(places, start=1):
            act = history.acts[place]
            if all(need in self.done for need in act.needs):
                with suppress(Conflict, Forbidden, Invalid):
                    self.done[place] = self._do(act, place)
            for gone in (each for each, after in history.taken_back.items() if backwards and after == turn):
                self._take_back(history.acts[gone], gone)
        return self

    def _do(self, act: Act, place: int) -> UUID:
        world = self.play.world
        match act:
            case State():
                return self._state(act, place)
            case Same():
                with self.play.write("EC") as tx:
                    return merge_ledger(tx, self.entries[act.one], into=self.entries[act.other])
            case Shown():
                with self.play.write("CL") as tx:
                    return mark_depicted(tx, self.entries[act.one])
            case SamePersons():
                one, other = (world.persons[letter] for letter in act.pair)
                with self.play.write("EC", "analyst") as tx:
                    return merge_persons(tx, world.operation.id, number=one, other=other)
            case Country():
                with self.play.write(act.by, "analyst") as tx:
                    series = world.series[act.series]
                    if act.confirms is not None:
                        return confirm_country(tx, series, country=act.country)
                    return determine_country(tx, series, country=act.country, grounds=f"as {act.by} says")

    def _state(self, act: State, place: int) -> UUID:
        world = self.play.world
        statement = Statement(
            kind="offender" if act.whom == "offender" else "victim",
            stage=act.stage,
            authority_reference="court 1",
            stated_on=world.today(),
            ledger_id=self.entries[act.entry] if act.entry is not None else None,
            is_another=None if act.entry is not None or act.whom == "not_shown" else act.whom == "new",
            is_depicted=act.entry is not None or act.whom != "not_shown",
            count=act.count,
            age_band=act.age,
            sex=act.sex,
            place_country=act.place,
        )
        with self.play.write(act.country) as tx:
            outcome, _ = state_outcome(tx, world.referrals[act.lead, act.country], statement)
            self.entries[place] = tx.session.get_one(Outcome, outcome).ledger_id
        return outcome

    def _take_back(self, act: Act, place: int) -> None:
        done = self.done.get(place)
        if done is None:
            return
        match act:
            case State():
                with self.play.write(act.country) as tx:
                    revoke_outcome(tx, done, reason="a mistake")
            case Same() | Shown():
                with self.play.write("EC") as tx:
                    take_back_ledger_act(tx, done)
            case SamePersons():
                with self.play.write("EC", "analyst") as tx:
                    take_back_act(tx, done)
            case Country():
                with self.play.write(act.by, "analyst") as tx:
                    take_back_country(tx, done)

    def end(self) -> dict[str, Any]:
        """Every figure that tells of children, series and leads, and the stages of leads."""
        found: dict[str, Any] = self.play.read(lambda session: _figures(session, self.play.world.operation.id))
        return found

    def recount(self) -> dict[str, Any]:
        """The same of children and series, as a slow recount of plain rows says it."""
        found: dict[str, Any] = self.play.read(
            lambda session: recounted_children(session, self.play.world.operation.id)
        )
        return found

    def stale(self) -> list[Any]:
        """What entries and series keep, and the fold does not say."""
        operation = {"op": self.play.world.operation.id}
        found: list[Any] = self.play.read(lambda session: list(session.execute(_STALE, operation).scalars()))
        return found


def _figures(session: Session, operation: int) -> dict[str, Any]:
    numbers: dict[str, Any] = {}
    here = {"operation": operation, "late": False}
    for name in ("persons_of_the_ledger", "series", "leads"):
        numbers |= session.execute(queries.SQL[name], here).mappings().one()
    for name in ("ages", "sexes", "places"):
        numbers |= {f"{name} {row.key}": row.number for row in session.execute(queries.SQL[name], here) if row.number}
    for row in session.execute(queries.SQL["countries"], here):
        for what in ("shown", "determined", "confirmed", "safeguarded"):
            if number := getattr(row, what):
                numbers[f"{row.country} {what}"] = number
    for row in session.execute(queries.SQL["times"], here):
        if row.key == "sent_to_safeguarded":
            numbers["times sent_to_safeguarded"] = row.number
    stages = session.execute(text("select number, stage from lead where operation_id = :op"), {"op": operation})
    numbers |= {f"lead {row.number}": row.stage for row in stages}
    return numbers


_STALE = text("""
select e.id from ledger_entry e join fold_ledger(:op) f using (id)
where (e.merged_into, e.is_depicted, e.age_band, e.sex) is distinct from (nullif(f.root, e.id), f.is_depicted,
f.age_band, f.sex)
union all
select s.id from series s join fold_series(:op) f using (id)
where (s.country_determined, s.country_grounds, s.determined_by, s.confirmed_by)
  is distinct from (f.country, f.grounds, f.determined_by, f.confirmed_by)
union all
select s.id from series s join fold_series_regions(:op) f using (id)
where (s.region_code, s.region_by, s.region_confirmed_by) is distinct from (f.region_code, f.region_by, f.confirmed_by)
""")
