"""The exercise in the rows: whom partners play, and that what is true was written down as it was made."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from seed.load import ExerciseTarget, Loaded, bring_exhibit, create_exercise
from seed.make import ExercisePlan, make_exercise
from tests.support.servers import Servers
from workspace.model import ExerciseEntry, ExerciseIdentity, ExerciseSeat, ExerciseShown
from workspace.model.database import Database
from workspace.rules.jurisdiction import COMPETENCES
from workspace.store.keys import load_or_create_master
from workspace.store.objects import open_store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exercise")


@pytest.fixture(scope="module")
def plan(folder: Path) -> ExercisePlan:
    return make_exercise(folder / "material", photos=16, videos=2, today=datetime.now(UTC).date(), processes=1)


@pytest.fixture(scope="module")
def target(folder: Path, servers: Servers, database: Database, workers_database: Database) -> ExerciseTarget:
    master = load_or_create_master(folder / "keys" / "master.key")
    return ExerciseTarget(database, workers_database, open_store(servers.media_url), master, folder / "keys")


@pytest.fixture(scope="module")
def loaded(plan: ExercisePlan, target: ExerciseTarget) -> Loaded:
    return create_exercise(plan, target)


def test_partners_play_whoever_works_on_the_material_until_somebody_signs_in(
    loaded: Loaded, plan: ExercisePlan, workers_database: Database
) -> None:
    with Session(workers_database.engine) as session:
        seats = session.scalars(
            select(ExerciseSeat.user_id).where(ExerciseSeat.operation_id == loaded.operation_id)
        ).all()

    persons = {member.label for member in plan.members if loaded.people[member.label] not in seats}
    assert persons == {"CL · observer", "EC · administrator", "EC · exercise director"}


def test_every_country_has_somebody_for_every_step_of_a_lead(plan: ExercisePlan) -> None:
    kinds = {agency.key: agency for agency in plan.agencies}
    for country in ("EC", "PE", "CO", "CL"):
        own = [
            (member.role, kinds[member.agency]) for member in plan.members if kinds[member.agency].country == country
        ]
        roles = [role for role, _ in own]
        assert (
            roles.count("country_lead"),
            roles.count("specialist"),
            roles.count("analyst"),
            roles.count("liaison"),
        ) == (
            1,
            2,
            1,
            1,
        )
        received = {competence for role, agency in own if role == "recipient" for competence in agency.competences}
        assert received == set(COMPETENCES)


def test_the_truth_is_written_down_as_it_was_made(
    loaded: Loaded, plan: ExercisePlan, workers_database: Database
) -> None:
    here = loaded.operation_id
    with Session(workers_database.engine) as session:
        homes = session.scalars(select(ExerciseIdentity).filter_by(operation_id=here)).all()
        shown = session.scalars(select(ExerciseShown).filter_by(operation_id=here)).all()
        entries = session.scalars(select(ExerciseEntry).filter_by(operation_id=here)).all()

    truth = plan.expected
    assert {row.identity: row.lives_in for row in homes} == truth.lives_in
    assert {(f"{row.exhibit_label}/{row.device_path}", row.identity) for row in shown} == {
        (path, who) for path, people in truth.shown.items() for who in people
    }
    assert {row.number: row.identity for row in entries} == truth.register


def test_whom_a_register_names_lives_where_it_says(plan: ExercisePlan) -> None:
    assert all(plan.expected.lives_in[who] == number[2:4] for number, who in plan.expected.register.items())


def test_every_file_of_the_truth_is_found_by_its_device_and_path(
    loaded: Loaded, plan: ExercisePlan, target: ExerciseTarget, folder: Path, workers_database: Database
) -> None:
    exhibit = plan.exhibits[0]
    bring_exhibit(exhibit, folder / "material", target, loaded, on_file=lambda _arrival: None)

    with Session(workers_database.engine) as session:
        lost = session.scalars(
            text("""select device_path from exercise_shown t where t.operation_id = :op and t.exhibit_label = :label
                 and not exists (select 1 from received_file f join exhibit x on x.id = f.exhibit_id
                   where x.operation_id = t.operation_id and x.label = t.exhibit_label and f.path = t.device_path)"""),
            {"op": loaded.operation_id, "label": exhibit.label},
        ).all()
    assert lost == []
