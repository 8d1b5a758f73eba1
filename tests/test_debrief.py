"""The debrief of a seeded week, figure for figure; nobody reads another's opinions in it, and nobody anything before
the reveal."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from sqlalchemy import text

from tests.support.played_week import CANARY, PlayedWeek
from tests.support.referral_steps import ReferralSteps
from workspace.commands.exercise import record_debrief
from workspace.errors import Conflict, Forbidden, NotFound
from workspace.exchange.debrief_figures import ENDS, DebriefFigures
from workspace.model import Debrief
from workspace.model.database import Database
from workspace.queries.debrief import own_opinions, stored_debrief


@pytest.fixture
def week(steps: ReferralSteps, database: Database, workers_database: Database) -> PlayedWeek:
    played = PlayedWeek(steps, database, workers_database)
    played.play()
    return played


def figures(week: PlayedWeek, role: str = "observer") -> DebriefFigures:
    with week.database.read(week.operation.person("CL", role)) as view:
        return stored_debrief(view.session, week.operation.id)


def test_the_debrief_of_a_seeded_week_figure_for_figure(week: PlayedWeek) -> None:
    week.reveal()

    found = figures(week)

    assert [(step.key, step.pairs, step.entries, step.both, step.lost) for step in found.steps] == [
        ("exist", 6, 1, 7, 0),
        ("read", 5, 0, 5, 2),
        ("found", 4, 0, 4, 1),
        ("claimed", 3, 0, 3, 1),
        ("verified", 2, 0, 2, 1),
        ("sent", 1, 0, 1, 1),
        ("answered", 1, 0, 1, 0),
    ]
    assert [(each.key, each.number) for step in found.steps for each in step.reasons] == [
        ("files_refused", 1),
        ("face_not_found", 1),
        ("no_lead", 1),
        ("left_open", 1),
        ("by_two", 1),
        ("no_draft", 1),
    ]
    assert list(ENDS) == [
        "not_read", "not_found", "not_claimed", "rejected", "not_decided", "not_sent", "no_answer", "answered",
    ]  # fmt: skip
    assert [(row.country, row.exist, [each.number for each in row.ends]) for row in found.countries] == [
        ("CL", 1, [0, 0, 0, 1, 0, 0, 0, 0]),
        ("EC", 4, [1, 1, 1, 0, 0, 0, 0, 1]),
        ("PE", 2, [1, 0, 0, 0, 0, 1, 0, 0]),
    ]
    assert [(each.key, each.true, each.false) for each in found.false_ones.decided] == [
        ("verified", 2, 1),
        ("rejected", 1, 1),
        ("not_decided", 0, 0),
    ]
    assert (found.false_ones.caught, found.false_ones.untold) == (1, 0)
    assert [(each.key, each.number) for each in found.false_ones.fates if each.number] == [("not_sent", 1)]
    assert [(each.key, each.count) for each in found.times] == [
        ("lead_to_claim", 3),
        ("claim_to_first", 3),
        ("first_to_second", 3),
        ("verified_to_sent", 1),
        ("sent_to_answer", 1),
        ("stated_to_taken_back", 0),
    ]
    assert found.edition is not None
    assert (found.edition.number, found.edition.kind) == (1, "interim")
    first = found.edition.lines[0]
    assert (first.key, first.edition, first.true, first.false, first.missed, first.possible) == (
        "victims_probable",
        1,
        1,
        0,
        5,
        6,
    )
    assert (found.header.seed, found.header.people, found.header.partners) == (2611, 5, 0)


def test_each_person_reads_the_own_opinions_and_no_others(week: PlayedWeek) -> None:
    week.reveal()

    seen = {}
    for country in ("EC", "PE", "CL"):
        with week.database.read(week.operation.person(country)) as view:
            seen[country] = [
                (each.opinion, each.is_same, each.is_wrong) for each in own_opinions(view.session, week.operation.id)
            ]
            rows = set(
                view.session.scalars(
                    text("select examiner_id from debrief_opinion where operation_id = :id"), {"id": week.operation.id}
                )
            )
        assert rows == {week.operation.person(country)}
    for role in ("country_lead", "observer", "operation_lead", "director"):
        with week.database.read(week.operation.person("EC", role)) as view:
            assert own_opinions(view.session, week.operation.id) == []

    assert seen["CL"] == [(4, True, True), (5, False, False)]
    assert seen["PE"] == [(1, True, False), (1, True, False), (1, False, True), (5, False, False)]
    assert seen["EC"] == [(1, True, False), (1, True, False), (5, True, True), (1, False, True), (1, False, True)]


@pytest.mark.parametrize("role", ["specialist", "operation_lead", "observer", "director"])
def test_there_is_nothing_before_the_truth_is_revealed(week: PlayedWeek, role: str) -> None:
    with pytest.raises(NotFound):
        figures(week, role)

    week.reveal()

    assert figures(week, role).existing == 7


def test_whoever_is_no_member_finds_no_debrief(week: PlayedWeek) -> None:
    week.reveal()

    with week.database.read(week.operation.outsider()) as view, pytest.raises(NotFound):
        stored_debrief(view.session, week.operation.id)


def test_neither_a_label_of_the_truth_nor_a_name_is_frozen(week: PlayedWeek) -> None:
    week.reveal()

    frozen = repr(week.operation.row(Debrief, week.operation.id).figures)

    assert CANARY not in frozen
    assert not any(f"{country} · " in frozen for country in ("EC", "PE", "CL"))


def test_a_debrief_is_drawn_up_once_and_never_changes(week: PlayedWeek) -> None:
    week.reveal()
    before = asdict(figures(week))

    with week.workers.write(week.operation.service_id) as tx:
        record_debrief(tx, week.operation.id, seq=1, figures={}, opinions=[])
    week.operation.change(
        "update job set state = 'waiting' where kind = 'draw_up_debrief' and operation_id = :id", id=week.operation.id
    )
    week.steps.work()

    assert asdict(figures(week)) == before
    assert week.operation.kinds().count("debrief:drawn_up") == 1


def test_while_the_worker_counts_the_debrief_is_being_drawn_up(week: PlayedWeek) -> None:
    week.operation.change(
        "update exercise set revealed_at = now(), revealed_by = :who where operation_id = :id",
        id=week.operation.id,
        who=week.operation.person("EC", "director"),
    )

    with pytest.raises(Conflict):
        figures(week)


def test_no_person_writes_a_debrief(week: PlayedWeek) -> None:
    with pytest.raises(Forbidden), week.database.write(week.operation.person("EC", "director")) as tx:
        record_debrief(tx, week.operation.id, seq=1, figures={}, opinions=[])
