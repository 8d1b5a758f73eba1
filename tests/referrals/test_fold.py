"""What is taken back counts nowhere and joins nobody, and a child counts once, by whatever way one comes to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.support.ledger_world import LedgerWorld, Played, played
from workspace.commands.outcomes import (
    mark_depicted,
    merge_ledger,
    revoke_outcome,
    state_outcome,
    take_back_ledger_act,
)
from workspace.commands.persons import merge_persons, take_back_act
from workspace.errors import Conflict, NotFound
from workspace.queries import figures as queries
from workspace.queries.referrals import ledger, ledger_acts, referral
from workspace.rules.statement import Statement


@pytest.fixture
def play(engine: Engine, world: LedgerWorld) -> Iterator[Played]:
    with played(engine, world) as found:
        yield found


def state(play: Played, lead: str, stage: str, country: str = "CL", **more: Any) -> tuple[UUID, UUID]:
    """State something of a lead's child; the statement, and the entry that counts."""
    facts: dict[str, Any] = {"kind": "victim", "stated_on": play.world.today(), **more}
    with play.write(country) as tx:
        return state_outcome(
            tx, play.world.referrals[lead, country], Statement(stage=stage, authority_reference="court 1", **facts)
        )


def revoke(play: Played, outcome: UUID, country: str = "CL") -> None:
    with play.write(country) as tx:
        revoke_outcome(tx, outcome, reason="a mistake")


def figures(play: Played) -> dict[str, Any]:
    """The figures and tables that tell of children, without those that are zero."""
    operation = play.world.operation.id

    def counted(session: Session) -> dict[str, Any]:
        numbers: dict[str, Any] = queries.counts(session, operation)
        here = {"operation": operation, "late": False}
        for name in ("ages", "sexes", "places"):
            numbers |= {f"{name} {row.key}": row.number for row in session.execute(queries.SQL[name], here)}
        for row in session.execute(queries.SQL["countries"], here):
            numbers |= {f"{row.country} {what}": getattr(row, what) for what in ("shown", "confirmed", "safeguarded")}
        for row in session.execute(queries.SQL["times"], here):
            numbers[f"times {row.key}"] = row.number
        # Who took part stays so, whatever was taken back.
        return {key: number for key, number in numbers.items() if number and key not in ("agencies", "experts")}

    found: dict[str, Any] = play.read(counted)
    return found


def stage_of(play: Played, lead: str) -> str:
    def asked(session: Session) -> str:
        return str(session.scalar(text("select stage from lead where id = :id"), {"id": play.world.leads[lead]}))

    return str(play.read(asked))


def test_a_statement_taken_back_leaves_nothing_behind(play: Played) -> None:
    before = figures(play)
    outcome, entry = state(play, "L0", "V4", age_band="under_3", sex="male", place_country="BR")
    assert figures(play)["EC shown"] == 1
    assert stage_of(play, "L0") == "outcome"
    revoke(play, outcome)
    assert (figures(play), stage_of(play, "L0")) == (before, "referred")

    assert state(play, "L0", "V4", age_band="13_17", sex="female")[1] == entry
    found = figures(play)
    assert {key: found.get(key, 0) for key in ("ages under_3", "ages 13_17", "sexes male", "sexes female")} == {
        "ages under_3": 0,
        "ages 13_17": 1,
        "sexes male": 0,
        "sexes female": 1,
    }


def test_persons_that_a_statement_joined_are_two_again_when_it_is_taken_back(play: Played) -> None:
    joined, child = state(play, "L0", "V4")
    assert state(play, "L1", "V4", "EC")[1] == child
    assert state(play, "L2", "V5", "EC")[1] == child
    found = figures(play)
    assert (found["victims_confirmed"], found["victims_safeguarded"]) == (1, 1)

    revoke(play, joined)
    found = figures(play)
    assert (found["victims_confirmed"], found["victims_safeguarded"]) == (1, 1)
    assert found["victims_probable"] == 1
    state(play, "L2", "V4", "EC")
    assert figures(play)["victims_confirmed"] == 2  # nothing says that P and Q are one any more

    state(play, "L0", "V1")
    assert figures(play)["victims_confirmed"] == 1


def test_a_child_on_several_leads_is_made_safe_once(play: Played) -> None:
    for lead, country in (("L0", "CL"), ("L1", "EC"), ("L2", "CL"), ("L3", "CL"), ("L4", "EC")):
        state(play, lead, "V5", country)
    state(play, "L0", "V5", is_depicted=False, count=2)

    found = figures(play)

    assert (found["victims_safeguarded"], found["children_safeguarded"]) == (2, 2)
    assert found["times sent_to_safeguarded"] == 4
    assert (found["EC safeguarded"], found["CL safeguarded"]) == (2, 2)


def test_a_new_child_can_be_said_on_a_lead_whose_person_the_ledger_has(play: Played) -> None:
    _, child = state(play, "L0", "V4")

    def offered(session: Session) -> int | None:
        return referral(session, play.world.referrals["L1", "EC"]).child_number

    def number(session: Session) -> int:
        return next(each.number for each in ledger(session, play.world.operation.id) if each.id == child)

    assert play.read(offered, "EC") == play.read(number, "EC")
    _, new = state(play, "L1", "V4", "EC", is_another=True)

    assert new != child
    assert figures(play)["victims_confirmed"] == 2
    assert state(play, "L1", "V5", "EC", ledger_id=new)[1] == new

    def of_the_lead(session: Session) -> list[bool]:
        return [each.is_leads_own for each in referral(session, play.world.referrals["L1", "EC"]).outcomes]

    assert play.read(of_the_lead, "EC") == [False, False]  # so the lead's own child is still offered
    assert state(play, "L2", "V5", "EC")[1] == child


def test_what_is_named_on_the_leads_own_child_stands_by_itself(play: Played) -> None:
    """Who picks the entry in the list says the same as who picks «the child whom the lead is about»."""
    first, child = state(play, "L0", "V4")
    assert state(play, "L1", "V5", "EC", ledger_id=child)[1] == child
    revoke(play, first)

    found = figures(play)
    assert (found.get("victims_confirmed", 0), found["victims_safeguarded"]) == (0, 1)
    _, again = state(play, "L0", "V4")
    assert figures(play)["victims_confirmed"] == figures(play)["victims_safeguarded"] == 1
    with pytest.raises(NotFound):
        state(play, "L3", "V5", ledger_id=again)


@pytest.mark.parametrize("other_way", [False, True])
def test_entries_that_are_merged_and_parted_again_restore_every_figure(play: Played, other_way: bool) -> None:
    _, one = state(play, "L0", "V4", age_band="7_12")
    _, other = state(play, "L3", "V5", "EC", is_depicted=False, sex="female", age_band="13_17")
    _, third = state(play, "L5", "V5", "EC")
    before = figures(play)
    with play.write("EC") as tx:
        act = merge_ledger(tx, *((other,) if other_way else (one,)), into=one if other_way else other)
    with play.write("EC") as tx:
        further = merge_ledger(tx, third, into=one)
    merged = figures(play)
    assert (merged["victims_safeguarded"], merged.get("children_safeguarded", 0)) == (1, 0)
    assert merged["ages 7_12" if other_way else "ages 13_17"] == 1
    assert merged["sexes female"] == 1
    with pytest.raises(Conflict), play.write("EC") as tx:
        merge_ledger(tx, third, into=other)

    def listed(session: Session) -> list[UUID]:
        assert {each.id for each in ledger(session, play.world.operation.id) if not each.merged_into} == {
            one if other_way else other
        }
        return [each.id for each in ledger_acts(session, play.world.operation.id)]

    assert set(play.read(listed, "EC")) == {act, further}
    for each in (act, further):
        with play.write("EC") as tx:
            take_back_ledger_act(tx, each)
    assert figures(play) == before
    with pytest.raises(Conflict), play.write("EC") as tx:
        take_back_ledger_act(tx, act)


def test_a_child_said_to_be_shown_after_all_is_not_when_that_is_taken_back(play: Played) -> None:
    _, sibling = state(play, "L0", "V5", is_depicted=False)
    before = figures(play)
    with play.write("EC") as tx:
        act = mark_depicted(tx, sibling)
    assert figures(play)["victims_safeguarded"] == 1
    with play.write("CL") as tx:
        take_back_ledger_act(tx, act)

    assert figures(play) == before


def test_persons_that_are_merged_and_parted_again_restore_every_figure(play: Played) -> None:
    """Two children of whom something is stated are one child when their persons are."""
    state(play, "L1", "V4", "EC", age_band="7_12")
    state(play, "L3", "V4", "EC", sex="male")
    before = figures(play)
    assert (before["victims_confirmed"], before["series_confirmed"]) == (2, 2)
    persons, operation = play.world.persons, play.world.operation.id
    with play.write("EC", "analyst") as tx:
        act = merge_persons(tx, operation, number=persons["P"], other=persons["T"])
    merged = figures(play)
    assert (merged["victims_confirmed"], merged["sexes male"], merged["ages 7_12"]) == (1, 1, 1)
    assert merged["series_confirmed"] == 2  # both series show this child
    assert merged["persons"] == before["persons"] - 1

    with play.write("EC", "analyst") as tx:
        take_back_act(tx, act)
    assert figures(play) == before


def test_who_does_not_see_the_entry_that_counts_still_finds_the_child_once(play: Played) -> None:
    _, child = state(play, "L0", "V4", "EC")
    state(play, "L1", "V5", "CL")
    play.connection.execute(text("reset role"))
    play.connection.execute(
        text("update membership set role = 'recipient' where user_id = :id"),
        {"id": play.world.operation.person("CL", "liaison")},
    )

    def listed(session: Session) -> list[tuple[UUID | None, list[str]]]:
        (row,) = ledger(session, play.world.operation.id)
        (found,) = referral(session, play.world.referrals["L1", "CL"]).outcomes
        assert row.id != child
        assert found.ledger_number == row.number
        return [(row.merged_into, row.stages)]

    assert play.read(listed, "CL") == [(None, ["V5"])]
