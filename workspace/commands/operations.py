"""Makes, opens and closes operations, and changes their countries, agencies, members and settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from workspace import events
from workspace.commands.agreement import (
    AgencyJoins,
    RuleChange,
    countries_that_accepted,
    propose,
    put_in_force,
)
from workspace.commands.guard import require_operation
from workspace.commands.locks import hold
from workspace.commands.people import Invited
from workspace.commands.steps import insert_agency, insert_invitation, insert_user, require_countries
from workspace.errors import Conflict, Fault, Forbidden, Invalid
from workspace.model import Agency, Membership, Operation, OperationAgency, Participation, User
from workspace.model.database import Tx
from workspace.rules.codes import HANDLING_CODES, TLP, UNRESTRICTED, require_one_of
from workspace.rules.jurisdiction import COMPETENCES
from workspace.rules.limits import LEAST_EXERCISE_LEASE_S, LEAST_LEASE_S, MOST_LEASE_S
from workspace.rules.policy import require_installation
from workspace.rules.reasons import require_words, words_of
from workspace.rules.roles import COUNTRY_LEAD, KEYLESS, ROLES, Destination, require_may_give
from workspace.rules.states import NEXT_STATE
from workspace.rules.terms import Rule, is_weaker, joins_at_once
from workspace.store.keys import new_wrapped_key


def create_operation(
    tx: Tx,
    *,
    code_name: str,
    purpose: str,
    legal_basis: str,
    time_zone: str,
    opens_at: datetime,
    closes_at: datetime,
    terms: str,
    countries: Sequence[str],
    master_key: bytes,
    is_exercise: bool = False,
    handling_code: str = UNRESTRICTED,
    tlp: str = "AMBER",
) -> int:
    """Make an operation with its countries, its data key and its record; returns its id. Asks `create_operation`.

    Records `operation:created`. `master_key` wraps the new data key.

    Raises:
        Invalid: names every value that is unknown.
    """
    require_installation(tx.actor, "create_operation")
    require_words(code_name=code_name, purpose=purpose, legal_basis=legal_basis, terms=terms)
    _check_window(opens_at, closes_at, time_zone)
    require_countries(list(countries))
    _require_marks(handling_code, tlp)
    operation_id = tx.session.scalars(
        insert(Operation)
        .values(
            code_name=words_of(code_name),
            purpose=words_of(purpose),
            legal_basis=words_of(legal_basis),
            time_zone=time_zone,
            opens_at=opens_at,
            closes_at=closes_at,
            terms=words_of(terms),
            is_exercise=is_exercise,
            handling_code=handling_code,
            tlp=tlp,
            wrapped_key=b"",
        )
        .returning(Operation.id)
    ).one()
    _give_key(tx, operation_id, master_key)
    tx.session.execute(text("select start_chain(:id)"), {"id": operation_id})
    for country in sorted(set(countries)):
        tx.session.execute(insert(Participation).values(operation_id=operation_id, country=country))
    tx.record(events.OperationCreated(events.Place(operation_id)))
    return operation_id


def _give_key(tx: Tx, operation_id: int, master_key: bytes) -> None:
    """The key is bound to the operation's id, which the insert has just drawn."""
    wrapped = new_wrapped_key(master_key, str(operation_id))
    tx.session.execute(update(Operation).where(Operation.id == operation_id).values(wrapped_key=wrapped))


def add_first_member(tx: Tx, operation_id: int, *, user_id: int, role: str) -> None:
    """Give a person the first role in a new operation. Asks `create_operation`; records `member:added`.

    That person counts as met from the start, as everybody does whom the maker of an exercise gives a seat.
    """
    require_installation(tx.actor, "create_operation")
    _insert_member(tx, operation_id, user_id, role, standing="first")


def change_operation_state(tx: Tx, operation_id: int, *, to: str) -> None:
    """Move the operation to its next state. Asks `change_operation_state`; records `operation:state_changed`.

    Raises:
        Conflict: this is not the next state, or somebody was first.
    """
    operation = require_operation(tx, "change_operation_state", operation_id, held=True)
    before = operation.state
    if NEXT_STATE.get(before) != to:
        raise Conflict(
            "An operation moves forward one step at a time and never back.", state=before, next=NEXT_STATE.get(before)
        )
    tx.change_one(
        update(Operation).where(Operation.id == operation_id, Operation.state == before).values(state=to),
        otherwise=Conflict("Somebody has just changed the state. Load the page again."),
    )
    tx.record(events.OperationStateChanged(events.Place(operation_id), before=before, after=to))


def change_operation_settings(
    tx: Tx,
    operation_id: int,
    *,
    shows_band: bool | None = None,
    second_from_other_country: bool | None = None,
    lease_s: int | None = None,
    sweeps: bool | None = None,
    reason: str | None = None,
) -> list[UUID]:
    """Change settings; None leaves one as it is. Asks `change_operation_settings`; records `operation:setting_changed`
    for each that changes, and what `propose` records for each rule that would get weaker once a country has accepted
    the terms: returns the ids of those proposals. reason: why, for proposals.

    shows_band: whether an open lead shows its coarse band; leads that exist follow at once. lease_s: of claims made
    from now on. sweeps: whether media are looked at again in full size when no other work waits.

    Raises:
        Invalid: the lease is shorter than a minute (in an exercise five seconds) or longer than a day.
    """
    operation = require_operation(tx, "change_operation_settings", operation_id, held=True)
    least = LEAST_EXERCISE_LEASE_S if operation.is_exercise else LEAST_LEASE_S
    if lease_s is not None and not least <= lease_s <= MOST_LEASE_S:
        raise Invalid(
            "This length of the lease is not allowed.",
            faults=[Fault("lease_s", "between {least} and {most}", least=least, most=MOST_LEASE_S)],
        )
    if lease_s is not None and lease_s != operation.lease_s:
        before = operation.lease_s
        tx.session.execute(update(Operation).where(Operation.id == operation_id).values(lease_s=lease_s))
        tx.record(
            events.OperationSettingChanged(events.Place(operation_id), setting="lease_s", before=before, after=lease_s)
        )
    if sweeps is not None and sweeps != operation.sweeps:
        tx.session.execute(update(Operation).where(Operation.id == operation_id).values(sweeps=sweeps))
        place = events.Place(operation_id)
        tx.record(events.OperationSettingChanged(place, setting="sweeps", before=not sweeps, after=sweeps))
    wanted: dict[Rule, bool | None] = {
        "second_from_other_country": second_from_other_country,
        "shows_band": shows_band,  # last: it holds leads, which come after the operation
    }
    return [
        proposal
        for rule, after in wanted.items()
        if after is not None and after != getattr(operation, rule)
        for proposal in _change_rule(tx, operation_id, RuleChange(rule, after), reason)
    ]


def _change_rule(tx: Tx, operation_id: int, change: RuleChange, reason: str | None) -> list[UUID]:
    """Change a rule, or propose it if it gets weaker and a country has accepted the terms; the proposal's id, if
    any."""
    if is_weaker(change.setting, change.after) and countries_that_accepted(tx, operation_id):
        return [propose(tx, operation_id, change, reason=reason)]
    put_in_force(tx, operation_id, change)
    return []


def add_agency(
    tx: Tx,
    operation_id: int,
    *,
    agency_id: int,
    jurisdictions: Sequence[str],
    competences: Sequence[str],
    reason: str | None = None,
) -> UUID | None:
    """Have a known agency join, and its country with it, or propose it; returns the proposal's id, None if it joined.

    Asks `add_agency`; records `agency:joined`, or what `propose` records. Once a country has accepted the terms, each
    country brings in its own agencies, and a country that has accepted nothing joins with the agency; any other one
    needs the yes of all. jurisdictions: countries in which the agency holds jurisdiction; none for an international
    body.

    Raises:
        Invalid: the agency, a country or a competence is unknown, or a proposal has no reason.
        Conflict: the agency has joined already, or is proposed. Forbidden: a country lead for another country.
    """
    require_operation(tx, "add_agency", operation_id)
    agency = tx.session.get(Agency, agency_id)
    if agency is None or agency.kind == "service":
        raise Invalid("This agency is unknown.", faults=[Fault("agency_id", "unknown")])
    require_countries(list(jurisdictions))
    for competence in competences:
        require_one_of(COMPETENCES, competences=competence)
    if tx.actor.roles.get(operation_id) in COUNTRY_LEAD and not {agency.country, *jurisdictions} <= {tx.actor.country}:
        raise Forbidden("A country lead brings in agencies of the own country, with jurisdiction there.")
    if tx.session.get(OperationAgency, (operation_id, agency_id)) is not None:
        raise Conflict("This agency has joined already.")
    joins = AgencyJoins(
        agency_id,
        agency.country,
        jurisdictions=sorted(set(jurisdictions)),
        competences=[each for each in COMPETENCES if each in competences],
    )
    accepted = countries_that_accepted(tx, operation_id)
    if accepted and not joins_at_once(
        agency.country, jurisdictions, by_country=tx.actor.country, has_accepted=agency.country in accepted
    ):
        return propose(tx, operation_id, joins, reason=reason)
    put_in_force(tx, operation_id, joins)
    return None


def add_new_agency(
    tx: Tx,
    operation_id: int,
    *,
    country: str,
    name: str,
    kind: str,
    jurisdictions: Sequence[str],
    competences: Sequence[str],
    reason: str | None = None,
) -> tuple[int, UUID | None]:
    """Make an agency that the installation does not know yet, and have it join as `add_agency` does; returns its id,
    and that of the proposal, if it is one. Asks `add_agency`.

    Records `agency:created`, and `agency:joined` or what `propose` records.
    """
    require_operation(tx, "add_agency", operation_id)
    agency_id = insert_agency(tx, country=country, name=name, kind=kind)
    to_join = {"jurisdictions": jurisdictions, "competences": competences}
    return agency_id, add_agency(tx, operation_id, agency_id=agency_id, **to_join, reason=reason)


def invite_member(tx: Tx, operation_id: int, *, agency_id: int, name: str, role: str) -> Invited:
    """Make an account with a role and a one-time invitation. Asks `add_member`; records `member:added`.

    name: how colleagues will see this person; in an exercise a country and a role.

    Raises:
        Forbidden: the actor's role may not give this role, or not in this agency.
        Invalid: the agency takes no part in the operation.
    """
    require_operation(tx, "add_member", operation_id)
    hold(tx, "members", [operation_id])
    _require_joined(tx, operation_id, agency_id)
    _require_may_give(tx, operation_id, role, agency_id)
    user_id = insert_user(tx, agency_id=agency_id, name=name)
    _insert_member(tx, operation_id, user_id, role)
    return Invited(user_id, insert_invitation(tx, user_id))


def add_member(tx: Tx, operation_id: int, *, user_id: int, role: str) -> None:
    """Give a person who has an account a role here. Asks `add_member`; records `member:added`.

    Raises:
        Invalid: there is no such person of an agency that takes part.
        Forbidden: the actor's role may not give this role, or the actor is that person.
        Conflict: the person is a member.
    """
    require_operation(tx, "add_member", operation_id)
    hold(tx, "members", [operation_id])
    if user_id == tx.actor.id:
        raise Forbidden("You cannot give a role to yourself.")
    person = tx.session.execute(
        select(User.agency_id).where(User.id == user_id, User.is_service.is_(False), User.disabled_at.is_(None))
    ).scalar_one_or_none()
    if person is None:
        raise Invalid("There is no such person.", faults=[Fault("user_id", "unknown")])
    _require_joined(tx, operation_id, person)
    _require_may_give(tx, operation_id, role, person)
    _insert_member(tx, operation_id, user_id, role)


def _insert_member(tx: Tx, operation_id: int, user_id: int, role: str, *, standing: str = "newcomer") -> None:
    """Insert a member, or let one come back, who keeps the standing from before."""
    require_one_of(ROLES, role=role)
    added = tx.session.execute(
        upsert(Membership)
        .values(operation_id=operation_id, user_id=user_id, role=role, standing=standing, invited_by=tx.actor.id)
        .on_conflict_do_update(
            index_elements=[Membership.operation_id, Membership.user_id],
            set_={"role": role, "ends_at": None, "invited_by": tx.actor.id},
            where=Membership.ends_at <= func.clock_timestamp(),
        )
        .returning(Membership.user_id)
    ).scalar_one_or_none()
    if added is None:
        raise Conflict("This person is a member already.")
    tx.record(events.MemberAdded(events.Place(operation_id), user=user_id, role=role))


def _require_may_give(tx: Tx, operation_id: int, role: str, agency_id: int) -> None:
    """Pass if the actor may give the role to somebody of this agency; see `roles.require_may_give`."""
    require_one_of(ROLES, role=role)
    country = tx.session.execute(select(Agency.country).where(Agency.id == agency_id)).scalar_one()
    # Whoever was removed counts too, unless the account is disabled: who removes a person may not become the next first
    # one.
    people = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .join(Agency, Agency.id == User.agency_id)
        .where(Membership.operation_id == operation_id, Membership.role.not_in(KEYLESS), User.disabled_at.is_(None))
    )
    of_agency, of_country = (
        people.where(Agency.id == agency_id).exists(),
        people.where(Agency.country == country).exists(),
    )
    has_people, country_has_people = tx.session.execute(select(of_agency, of_country)).one()
    require_may_give(tx.actor, operation_id, role, Destination(agency_id, country, has_people, country_has_people))


def _require_joined(tx: Tx, operation_id: int, agency_id: int) -> None:
    tx.find(
        OperationAgency,
        (operation_id, agency_id),
        otherwise=Invalid("This agency takes no part in the operation.", faults=[Fault("agency_id", "has not joined")]),
    )


def _require_marks(handling_code: str, tlp: str) -> None:
    require_one_of(HANDLING_CODES, handling_code=handling_code)
    require_one_of(TLP, tlp=tlp)


def _check_window(opens_at: datetime, closes_at: datetime, time_zone: str) -> None:
    faults = []
    if opens_at.tzinfo is None or closes_at.tzinfo is None:
        faults.append(Fault("opens_at, closes_at", "say the time zone"))
    elif opens_at >= closes_at:
        faults.append(Fault("closes_at", "must be after opens_at"))
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        faults.append(Fault("time_zone", "«{value}» is unknown", value=time_zone))
    if faults:
        raise Invalid("This time window is not allowed.", faults=faults)
