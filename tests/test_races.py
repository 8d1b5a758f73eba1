"""Pairs of commands that meet, a few times each: `make races` runs all of them, 20 times each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.race_acts import MEETINGS, Act, Meeting
from tests.support.races import Races, all_pairs
from workspace.commands.locks import ORDER
from workspace.model.database import Database

TIMES = 3
SHORT = (
    "an open lead: claim (EC specialist 1) ∥ set aside (EC country_lead 1)",
    "a held lead: sign (EC specialist 1) ∥ set aside (EC specialist 1)",
    "a lead about to settle: undo (EC specialist 1) ∥ settle (service)",
    "a parked lead: reopen (EC specialist 1) ∥ close (EC operation_lead 1)",
    "a referral that needs a permission: approve (CL liaison 1) ∥ forbid (PE country_lead 1)",
    "a built referral: send (EC liaison 1) ∥ withdraw (PE liaison 1)",
    "a built referral: send (EC liaison 1) ∥ close (EC operation_lead 1)",
    "a received referral: decline (CL country_lead 1) ∥ state (CL liaison 1)",
    "the ledger: merge (CL liaison 1) ∥ merge the other way (CL country_lead 1)",
    "a series: determine PE again (EC specialist 1) ∥ confirm (PE specialist 1)",
    "an entry: close: withdrawn (PE country_lead 1) ∥ claim (EC specialist 1)",
    "members: remove the other leader (EC operation_lead 1) ∥ remove the first leader (EC operation_lead 2)",
    "the operation: reveal (EC director 1) ∥ begin again (EC director 2)",
    "accounts: disable the other (EC administrator 1) ∥ disable the first (EC administrator 2)",
)
"""A pair of each kind, those first that were passed by a race before."""


@pytest.fixture(scope="module")
def races(database: Database, workers_database: Database) -> Iterator[Races]:
    found = Races(database, workers_database)
    yield found
    found.close()


@pytest.mark.parametrize("name", SHORT)
def test_two_at_the_same_moment_leave_what_one_of_the_two_orders_leaves(races: Races, name: str) -> None:
    (pair,) = (pair for pair in all_pairs() if str(pair) == name)
    print(name)

    # Whoever were told of a deadlock would be told to try again, which neither order tells.
    assert [fault.what for fault in races.faults(pair, TIMES)] == []


def test_every_act_of_the_catalogue_follows_the_order_of_locks(races: Races) -> None:
    """One that does not is stopped by `hold` with an error that is no refusal."""
    answers = {(meeting.name, str(act)): races.alone(meeting, act) for meeting, act in _acts()}

    assert set(answers.values()) == {"done", "refused"}


def _acts() -> Iterator[tuple[Meeting, Act]]:
    """Each act once, in the first meeting that has it."""
    seen: set[str] = set()
    for meeting in MEETINGS:
        for act in meeting.acts:
            if str(act) not in seen:
                seen.add(str(act))
                yield meeting, act


def test_every_pair_has_a_name_of_its_own_and_every_lock_a_place() -> None:
    names = [str(pair) for pair in all_pairs()]

    assert len(names) == len(set(names))
    assert sorted(ORDER.values()) == list(range(len(ORDER)))
