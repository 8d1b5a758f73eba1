"""Loads the exercise through the commands that real data goes through: every rule, record and refusal is theirs.

People act as themselves: country leads accept the terms, the operation lead opens the operation, each country's
examiner brings its devices. Must not write a row by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from seed.make import ExercisePlan
from seed.operation import PERSONS_A_SERIES, Exhibit, Series
from workspace.commands import grades, operations, people, qualifications, series
from workspace.commands.exercise import begin_exercise, write_truth
from workspace.commands.identity import change_preferences
from workspace.commands.intake import receive_exhibit
from workspace.commands.lines import Arrival
from workspace.commands.packages import set_package_key
from workspace.commands.series_words import comment_on_series
from workspace.commands.series_work import date_series, prioritise_series, triage_series
from workspace.commands.terms import accept_terms
from workspace.exchange.referral_package import new_recipient_keypair
from workspace.intake import reception
from workspace.intake.registers import receive_register
from workspace.model.database import Database, Tx
from workspace.queries.operations import agency_by_name, wrapped_key
from workspace.queries.series import persons_on
from workspace.queries.series import series as all_series
from workspace.rules.grades import Category
from workspace.rules.roles import COUNTRY_LEAD, EXAMINERS, FIRST_PEOPLE, HOST_ROLE, KEYLESS
from workspace.store.keys import OperationKey, unwrap
from workspace.store.objects import MediaStore

REGISTER_NAME = "Exercise register of missing persons"
LEGAL_SOURCE = "Exercise: portraits made from lawful pictures of adults"
GRADES = (
    Category(0, "Of no interest", "A picture without people, or of another case"),
    Category(1, "Of interest", "A picture that may show where, when or who"),
    Category(2, "To compare", "A picture that was made for comparing"),
)
"""A table of grades by which everybody can practise; it stands for no country's law."""


@dataclass(frozen=True)
class Loaded:
    """The exercise in the rows: its operation, people by label (id), and the key of its media."""

    operation_id: int
    people: dict[str, int]
    key: OperationKey


@dataclass(frozen=True)
class ExerciseTarget:
    """Where the exercise goes: the rows by both roles, the media store, the master key, a private folder for agencies'
    keys."""

    app: Database
    workers: Database
    store: MediaStore
    master_key: bytes
    identities: Path


def create_exercise(plan: ExercisePlan, target: ExerciseTarget) -> Loaded:
    """Make the operation with its agencies and people, write down who plays and what is true, accept the terms, and
    open it."""
    service = people.ensure_service_users(target.workers)
    with target.workers.write(service.housekeeping_id) as tx:
        facts = plan.operation
        operation_id = operations.create_operation(
            tx,
            code_name=facts.code_name,
            purpose=facts.purpose,
            legal_basis=facts.legal_basis,
            time_zone=facts.time_zone,
            opens_at=datetime.fromisoformat(facts.opens_at),
            closes_at=datetime.fromisoformat(facts.closes_at),
            terms=facts.terms,
            countries=facts.countries,
            master_key=target.master_key,
            is_exercise=facts.is_exercise,
            handling_code="H1",
        )
        agencies: dict[str, int] = {}
        for agency in plan.agencies:
            known = agency_by_name(tx.session, agency.country, agency.name)
            agencies[agency.key] = known or people.create_agency(
                tx, country=agency.country, name=agency.name, kind=agency.kind
            )
            operations.add_agency(
                tx,
                operation_id,
                agency_id=agencies[agency.key],
                jurisdictions=agency.jurisdictions,
                competences=agency.competences,
            )
        members: dict[str, int] = {}
        for member in plan.members:
            members[member.label] = people.create_user(
                tx, agency_id=agencies[member.agency], name=member.label, is_house_admin=member.role == HOST_ROLE
            )
            operations.add_first_member(tx, operation_id, user_id=members[member.label], role=member.role)
        _begin(plan, tx, operation_id, members)
    _state_contacts(plan, target.app, members)
    _accept_terms(plan, target.app, operation_id, members)
    _record_qualifications(plan, target.app, operation_id, members)
    _bring_grade_tables(plan, target.app, operation_id, members)
    _add_series(plan, target.app, operation_id, members, prepared=True)
    with target.app.write(_lead(plan, members)) as tx:
        operations.change_operation_state(tx, operation_id, to="open")
    _add_series(plan, target.app, operation_id, members, prepared=False)
    _make_package_keys(plan, target, operation_id, agencies, members)
    with target.app.read(_lead(plan, members)) as view:
        key = unwrap(target.master_key, wrapped_key(view.session, operation_id), str(operation_id))
    return Loaded(operation_id, members, key)


def bring_register(plan: ExercisePlan, folder: Path, target: ExerciseTarget, loaded: Loaded) -> None:
    """Import the register, if there is one, as the first country's lead."""
    if plan.register_file is None:
        return
    person = loaded.people[f"{plan.operation.countries[0]} · country lead"]
    receive_register(
        target.app,
        person,
        loaded.operation_id,
        folder / plan.register_file,
        country=plan.operation.countries[0],
        name=REGISTER_NAME,
        legal_source=LEGAL_SOURCE,
        store=target.store,
        key=loaded.key,
    )


def bring_exhibit(
    exhibit: Exhibit, folder: Path, target: ExerciseTarget, loaded: Loaded, *, on_file: Callable[[Arrival], None]
) -> UUID:
    """Receive one device with all its files, as its country's first specialist."""
    person = loaded.people[f"{exhibit.country} · specialist 1"]
    with target.app.write(person) as tx:
        exhibit_id = receive_exhibit(
            tx,
            loaded.operation_id,
            country=exhibit.country,
            label=exhibit.label,
            kind=exhibit.kind,
            case_reference=exhibit.case_reference,
            custodian=exhibit.custodian,
            handling_code=exhibit.handling_code,
            sharing=exhibit.sharing,
        )
    reception.receive_folder(
        target.app,
        person,
        exhibit_id,
        # A small exercise leaves some devices empty.
        reception.find_files([folder / exhibit.folder]) if (folder / exhibit.folder).is_dir() else [],
        store=target.store,
        key=loaded.key,
        on_file=on_file,
    )
    return exhibit_id


def fill_series(plan: ExercisePlan, target: ExerciseTarget, loaded: Loaded) -> None:
    """Place the first persons of the named devices in each series, and state its likely country, once all is read."""
    with target.app.read(_lead(plan, loaded.people)) as view:
        found = {line.label: line.id for line in all_series(view.session, loaded.operation_id)}
    for each in plan.series:
        first, second = (loaded.people[f"{each.country} · specialist {n}"] for n in (1, 2))
        with target.app.read(first) as view:
            numbers = persons_on(view.session, loaded.operation_id, each.exhibits, PERSONS_A_SERIES)
        for number in numbers:
            with target.app.write(first) as tx:
                series.place_person(tx, found[each.label], number)
        if each.likely:
            with target.app.write(first) as tx:
                series.determine_country(tx, found[each.label], country=each.likely, grounds=each.grounds)
        if each.likely and each.is_confirmed:
            with target.app.write(second) as tx:
                series.confirm_country(tx, found[each.label], country=each.likely)
        _triage(target.app, each, found[each.label], first, second)


def _triage(app: Database, each: Series, series_id: UUID, first: int, second: int) -> None:
    """Leave a series where its people have put it, with what a colleague says of it."""
    if each.comment:
        with app.write(second) as tx:
            comment_on_series(tx, series_id, body=each.comment)
    with app.write(first) as tx:
        prioritise_series(tx, series_id, priority=each.priority)
        date_series(tx, series_id, recency=each.recency)
        if each.triage != "to_do":
            triage_series(tx, series_id, triage=each.triage, reason=each.why or None)


def _begin(plan: ExercisePlan, tx: Tx, operation_id: int, members: dict[str, int]) -> None:
    """Have partners play until people sign in, and write the truth down before the first file comes.

    Whoever holds no key observes, hosts or directs: a person, or nobody.
    """
    partners = [members[member.label] for member in plan.members if member.role not in KEYLESS]
    begin_exercise(tx, operation_id, seed=plan.seed, scenario=plan.scenario, partners=partners)
    truth = plan.expected
    write_truth(
        tx,
        operation_id,
        lives_in=truth.lives_in,
        shown=[(*_device_and_path(file), who) for file, people_shown in truth.shown.items() for who in people_shown],
        entries=truth.register,
    )


def _state_contacts(plan: ExercisePlan, app: Database, members: dict[str, int]) -> None:
    """Say how each of them is reached, as people do under «My account»; no such extension exists."""
    for number, member in enumerate(plan.members, start=101):
        with app.write(members[member.label]) as tx:
            change_preferences(tx, contact=f"{member.agency}, ext. {number}")


def _device_and_path(file: str) -> tuple[str, str]:
    """A file of the exercise as its row says it: the exhibit's label, and the path on the device."""
    label, _, path = file.partition("/")
    return label, path


def _accept_terms(plan: ExercisePlan, app: Database, operation_id: int, members: dict[str, int]) -> None:
    for country in plan.operation.countries:
        with app.write(members[f"{country} · country lead"]) as tx:
            accept_terms(tx, operation_id)


def _record_qualifications(plan: ExercisePlan, app: Database, operation_id: int, members: dict[str, int]) -> None:
    """Each country's lead records its examiners, and the operation lead those leads; valid for a year from the
    start."""
    first = datetime.fromisoformat(plan.operation.opens_at).date() - timedelta(days=1)
    leads = {agency.key: members[f"{agency.country} · country lead"] for agency in plan.agencies}
    for member in plan.members:
        if member.role in EXAMINERS:
            keeper = _lead(plan, members) if member.role in COUNTRY_LEAD else leads[member.agency]
            with app.write(keeper) as tx:
                qualifications.record_qualification(
                    tx,
                    operation_id,
                    members[member.label],
                    competence="facial_comparison",
                    title="Facial comparison, made up for the exercise",
                    issuer="Exercise",
                    valid_from=first,
                    valid_until=first + timedelta(days=366),
                )


def _bring_grade_tables(plan: ExercisePlan, app: Database, operation_id: int, members: dict[str, int]) -> None:
    for country in plan.operation.countries:
        with app.write(members[f"{country} · country lead"]) as tx:
            grades.bring_grade_table(tx, operation_id, name="Made up for the exercise", categories=GRADES)


def _add_series(
    plan: ExercisePlan, app: Database, operation_id: int, members: dict[str, int], *, prepared: bool
) -> None:
    for each in plan.series:
        if each.is_prepared is prepared:
            with app.write(members[f"{each.country} · specialist 1"]) as tx:
                series.add_series(tx, operation_id, label=each.label, external_reference=each.external_reference)


def _make_package_keys(
    plan: ExercisePlan, target: ExerciseTarget, operation_id: int, agencies: dict[str, int], members: dict[str, int]
) -> None:
    """Give every agency a key pair; in an exercise the private half lies beside the data, for whoever plays the
    receiver."""
    target.identities.mkdir(parents=True, exist_ok=True, mode=0o700)
    for agency in plan.agencies:
        holder = next(m.label for m in plan.members if m.agency == agency.key and m.role in FIRST_PEOPLE)
        public, identity = new_recipient_keypair()
        path = target.identities / f"{operation_id}-{agency.key}.age-identity"
        path.touch(mode=0o600)
        path.write_text(identity + "\n", encoding="utf-8")
        with target.app.write(members[holder]) as tx:
            set_package_key(tx, agencies[agency.key], public_key=public)


def _lead(plan: ExercisePlan, members: dict[str, int]) -> int:
    return members[next(member.label for member in plan.members if member.role == "operation_lead")]
