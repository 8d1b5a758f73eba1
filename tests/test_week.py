"""How far an exercise is, and what waits for whom: what the commands that play it ask."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.operation import Side, TestOperation
from tests.support.referral_steps import ReferralSteps
from workspace.cli.moving import wait_while_it_moves
from workspace.cli.week import Week, waiting_line
from workspace.commands.claims import claim_lead
from workspace.commands.exercise import begin_exercise
from workspace.errors import Unavailable
from workspace.host.processes import Child, Program
from workspace.model import Operation
from workspace.model.database import Database
from workspace.queries.week import progress, week_figures, what_waits
from workspace.rules.roles import ROLES


def test_a_week_is_counted_from_its_rows_and_its_record(
    operation: TestOperation, steps: ReferralSteps, database: Database
) -> None:
    for country in ("EC", "PE"):
        steps.key(country)
    verified, _open = steps.verified(), operation.lead()
    receiver, other = operation.person("PE", "recipient"), operation.person("EC", "recipient")
    referral = steps.sent(verified, "PE")
    with database.read(receiver) as view:
        assert "1 referral to acknowledge" in waiting_line("recipient", what_waits(view.session, operation.id))
    steps.acknowledge(referral, "PE")
    with database.read(receiver) as view:
        assert "1 referral to accept or return" in waiting_line("recipient", what_waits(view.session, operation.id))
    with database.read(other) as view:
        assert "nothing yet" in waiting_line("recipient", what_waits(view.session, operation.id))

    with operation.workers.read(operation.service_id) as view:
        counted, found = week_figures(view.session, operation.id), progress(view.session, operation.id)
    assert (counted.claims, counted.opinions, counted.verified, counted.rejected) == (2, 2, 1, 0)
    assert (counted.referred, counted.acknowledged, counted.returned, counted.editions) == (1, 1, 0, 0)
    assert counted.record_events == len(operation.kinds())
    assert (found.leads, found.untouched, found.stages) == (2, 1, {"open": 1, "referred": 1})
    assert found.empty_inboxes == 1
    assert (found.opinions, found.sent, found.stated) == (2, 1, 0)
    assert found.events == len(operation.kinds())


def test_a_lead_that_somebody_has_claimed_or_asked_about_is_not_untouched(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead()
    with database.write(operation.person("EC")) as tx:
        claim_lead(tx, lead)

    with operation.workers.read(operation.service_id) as view:
        assert progress(view.session, operation.id).untouched == 0


def test_what_waits_is_what_the_viewers_keys_show(
    operation: TestOperation, steps: ReferralSteps, database: Database
) -> None:
    shared, closed = operation.lead(), operation.lead(Side("PE", "agency"), Side("PE", "agency"))
    for lead in (shared, closed):
        operation.change("update lead set stage = 'assessed', opinions = 1 where id = :lead", lead=lead)

    with database.read(operation.person("EC")) as view:
        assert what_waits(view.session, operation.id).opinions == 1
    with database.read(operation.person("PE")) as view:
        assert what_waits(view.session, operation.id).opinions == 2


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_told_what_waits(role: str, operation: TestOperation, database: Database) -> None:
    with database.read(operation.person("EC", role)) as view:
        line = waiting_line(role, what_waits(view.session, operation.id))

    assert line
    assert not line[0].isupper()
    assert not line.startswith("no ")


def test_a_week_in_a_hurry_has_the_fastest_pace_and_claims_of_seconds(
    operation: TestOperation, database: Database, workers_database: Database
) -> None:
    for role in ("director", "operation_lead"):
        operation.person("EC", role)
    with workers_database.write(operation.service_id) as tx:
        begin_exercise(tx, operation.id, seed=1, scenario="lantern", partners=[])

    Week(database, workers_database, operation.service_id, operation.id).hurry()

    assert operation.kinds()[-2:] == ["exercise:paced", "operation:setting_changed"]


def test_who_waits_for_others_waits_while_they_come_on() -> None:
    done: list[int] = []

    def comes_on() -> None:
        done.append(len(done))

    assert wait_while_it_moves(lambda: len(done) > 40, lambda: len(done), 0.02, comes_on, poll_s=0.001)
    assert len(done) == 41


def test_who_waits_for_others_gives_up_once_they_stand_still() -> None:
    tended: list[int] = []

    assert not wait_while_it_moves(lambda: False, lambda: 1, 0.02, lambda: tended.append(1), poll_s=0.001)
    assert tended


def test_a_week_in_which_nothing_is_verified_is_not_closed_but_says_so(
    operation: TestOperation, database: Database, tmp_path: Path
) -> None:
    operation.lead()
    idle = Child(Program("partners", [sys.executable, "-c", "import time; time.sleep(60)"], {}), tmp_path, tmp_path)
    played = Week(database, operation.workers, operation.service_id, operation.id)

    with pytest.raises(Unavailable, match=r"no lead is verified\. .* nobody took up: 1 of 1\. .*partners\.log"):
        played.play_to_closing(idle, lambda: None, still_s=0.0)

    assert idle.is_running, "nobody was told to close it"
    idle.stop()
    assert operation.row(Operation, operation.id).state == "open"
