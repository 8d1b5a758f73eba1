"""REST: operations, their terms, state, settings, agencies and members."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import country_leads, removals
from workspace.commands import operations as commands
from workspace.commands import terms as terms_commands
from workspace.queries import country_leads as country_lead_queries
from workspace.queries import leaving
from workspace.queries import operations as queries
from workspace.queries import removals as removal_queries
from workspace.queries.country_leads import CountryWithoutLead
from workspace.queries.leaving import LeftBehind
from workspace.queries.operations import Country, JoinedAgency, Member, OperationHead, Settings, Terms
from workspace.queries.removals import ProposedRemoval, SuspendedMember
from workspace.queries.waiting import Waiting
from workspace.rules.codes import UNRESTRICTED
from workspace.rules.roles import HOST_ROLE
from workspace.web.bodies import COUNTRY, MOST_TEXT, Body, OperationPath, Query, ReasonBody
from workspace.web.context import current_settings, master_key, reading, require_fresh, waiting_for_me, writing
from workspace.web.security import origin
from workspace.web.times import placed

api = APIBlueprint("operations", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="operations")])

MOST_NAME = 100


class OperationBody(Body):
    """A new operation. `time_zone` is a name of the IANA data base; a time without an offset is meant in it."""

    code_name: str = Field(min_length=1, max_length=MOST_NAME)
    purpose: str = Field(min_length=1, max_length=MOST_TEXT)
    legal_basis: str = Field(min_length=1, max_length=MOST_TEXT)
    time_zone: str = Field(min_length=1, max_length=60)
    opens_at: datetime
    closes_at: datetime
    terms: str = Field(min_length=1, max_length=100_000)
    countries: list[str] = Field(min_length=1, max_length=250)
    is_exercise: bool = False
    handling_code: str = Field(default=UNRESTRICTED, max_length=2)
    tlp: str = Field(default="AMBER", max_length=12)


class TermsBody(Body):
    """A country's consents with its acceptance. `version`: the one that was read."""

    version: int | None = Field(default=None, ge=1)

    shares_known_count: bool = True
    face_recognition: bool = True


class StateBody(Body):
    """The next state."""

    state: str = Field(max_length=20)


class SettingsBody(Body):
    """Settings to change; what is left out stays. `reason`: why, where a rule would get weaker and the countries that
    have accepted the terms must accept it."""

    reason: str | None = Field(default=None, max_length=MOST_TEXT)

    shows_band: bool | None = None
    second_from_other_country: bool | None = None
    lease_s: int | None = Field(default=None, ge=60, le=86400)
    sweeps: bool | None = None


class JoiningAgencyBody(Body):
    """An agency that joins: one that the installation knows by its id, or a new one by country, name and kind."""

    agency_id: int | None = Field(default=None, ge=1)
    country: str | None = Field(default=None, pattern=COUNTRY)
    name: str | None = Field(default=None, min_length=1, max_length=MOST_NAME)
    kind: str = Field(default="police", max_length=20)
    jurisdictions: list[str] = Field(default_factory=list, max_length=250)
    competences: list[str] = Field(default_factory=list, max_length=3)
    reason: str | None = Field(
        default=None, max_length=MOST_TEXT, description="Why, where the countries must accept it."
    )


class MemberBody(Body):
    """A person who joins: with an account by its id, or a new one by agency and name, who gets an invitation."""

    user_id: int | None = Field(default=None, ge=1)
    agency_id: int | None = Field(default=None, ge=1)
    name: str | None = Field(default=None, min_length=1, max_length=MOST_NAME)
    role: str = Field(max_length=20)


class RemovalBody(ReasonBody):
    """Why a person should go; `compromised`: others used the account."""

    compromised: bool = False


class CompromisedQuery(Query):
    """`compromised`: others used the account."""

    compromised: bool = False


class SuspensionBody(ReasonBody):
    """For how many hours, and why."""

    hours: int = Field(ge=1, le=24)


class CountryLeadBody(Body):
    """Who is to lead a country that has no lead: a member of this agency, or somebody new by name."""

    agency_id: int = Field(ge=1)
    user_id: int | None = Field(default=None, ge=1)
    name: str | None = Field(default=None, min_length=1, max_length=MOST_NAME)


class ConfirmedLeadBody(Body):
    """Which proposal is confirmed; none where only one stands."""

    proposal: UUID | None = None


class CountryPath(OperationPath):
    """A country of an operation."""

    country: str = Field(pattern=COUNTRY)


class MemberPath(OperationPath):
    """A member of an operation."""

    user_id: int = Field(ge=1)


@dataclass(frozen=True)
class CreatedOperation:
    """The new operation's id."""

    operation: int


@dataclass(frozen=True)
class AddedAgency:
    """The agency's id. proposal: None if it has joined; else it joins when every country that has accepted the terms
    accepts the proposal."""

    agency: int
    proposal: UUID | None


@dataclass(frozen=True)
class ChangedSettings:
    """The proposals that wait for the countries' answers; what is not among them has changed."""

    proposals: list[UUID]


@dataclass(frozen=True)
class AddedMember:
    """The person's id; for a new person the address of the invitation, shown this once."""

    user: int
    invitation: str | None = None


@dataclass(frozen=True)
class RestoredLead:
    """For a new person the address of the invitation, shown this once."""

    invitation: str | None


@dataclass(frozen=True, kw_only=True)
class OperationPage(OperationHead):
    """One operation with its settings, countries and agencies."""

    settings: Settings
    countries: list[Country]
    agencies: list[JoinedAgency]


@api.get("/operations")
def all_operations() -> list[OperationHead]:
    """The operations that one belongs to."""
    with reading() as view:
        return queries.operations(view.session)


@api.post("/operations")
def create_operation(body: OperationBody) -> CreatedOperation:
    """Make an operation; for administrators of the installation, who become its administrator."""
    require_fresh()
    values = body.model_dump()
    values["opens_at"], values["closes_at"] = (placed(each, body.time_zone) for each in (body.opens_at, body.closes_at))
    with writing() as tx:
        operation_id = commands.create_operation(tx, **values, master_key=master_key())
        commands.add_first_member(tx, operation_id, user_id=tx.actor.id, role=HOST_ROLE)
    return CreatedOperation(operation_id)


@api.get("/operations/<int:operation_id>")
def one_operation(path: OperationPath) -> OperationPage:
    """One operation: its frame, settings, countries and agencies."""
    with reading() as view:
        head = queries.operation(view.session, path.operation_id)
        return OperationPage(
            **{field.name: getattr(head, field.name) for field in fields(head)},
            settings=queries.operation_settings(view.session, path.operation_id),
            countries=queries.countries(view.session, path.operation_id),
            agencies=queries.agencies(view.session, path.operation_id),
        )


@api.get("/operations/<int:operation_id>/waiting")
def waiting(path: OperationPath) -> list[Waiting]:
    """Answer what waits for the viewer to be done, what is due first: the list that stands first on the overview."""
    with reading() as view:
        return waiting_for_me(view, queries.operation(view.session, path.operation_id))


@api.get("/operations/<int:operation_id>/terms")
def terms(path: OperationPath) -> Terms:
    """The terms that a country accepts before it sees or gives anything."""
    with reading() as view:
        return queries.terms(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/terms/accept")
def accept_terms(path: OperationPath, body: TermsBody) -> None:
    """Accept the terms for one's country: gives its people their keys, so that a passkey is asked for."""
    with writing() as tx:
        terms_commands.accept_terms(tx, path.operation_id, **body.model_dump())


@api.post("/operations/<int:operation_id>/state")
def change_state(path: OperationPath, body: StateBody) -> None:
    """Take the operation to its next state."""
    with writing() as tx:
        commands.change_operation_state(tx, path.operation_id, to=body.state)


@api.patch("/operations/<int:operation_id>/settings")
def change_settings(path: OperationPath, body: SettingsBody) -> ChangedSettings:
    """Change settings of the operation. A rule that would get weaker is proposed once a country has accepted the
    terms."""
    with writing() as tx:
        return ChangedSettings(commands.change_operation_settings(tx, path.operation_id, **body.model_dump()))


@api.post("/operations/<int:operation_id>/agencies")
def add_agency(path: OperationPath, body: JoiningAgencyBody) -> AddedAgency:
    """Have an agency join, with the countries in which it holds jurisdiction, or propose it to the countries."""
    part: dict[str, Any] = {"jurisdictions": body.jurisdictions, "competences": body.competences, "reason": body.reason}
    with writing() as tx:
        if body.agency_id is not None:
            agency_id = body.agency_id
            proposal = commands.add_agency(tx, path.operation_id, agency_id=agency_id, **part)
        else:
            agency_id, proposal = commands.add_new_agency(
                tx, path.operation_id, country=body.country or "", name=body.name or "", kind=body.kind, **part
            )
    return AddedAgency(agency_id, proposal)


@api.get("/operations/<int:operation_id>/members")
def members(path: OperationPath) -> list[Member]:
    """The people of the operation."""
    with reading() as view:
        queries.operation(view.session, path.operation_id)
        return queries.members(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/members")
def add_member(path: OperationPath, body: MemberBody) -> AddedMember:
    """Give a person a role; a new person gets a one-time invitation, which is shown here once."""
    with writing() as tx:
        if body.user_id is not None:
            commands.add_member(tx, path.operation_id, user_id=body.user_id, role=body.role)
            return AddedMember(body.user_id)
        invited = commands.invite_member(
            tx,
            path.operation_id,
            agency_id=body.agency_id or 0,
            name=body.name or "",
            role=body.role,
        )
    return AddedMember(invited.user_id, f"{origin(current_settings())}/invitation/{invited.secret}")


@api.delete("/operations/<int:operation_id>/members/<int:user_id>")
def remove_member(path: MemberPath, query: CompromisedQuery) -> None:
    """End a person's part, at once."""
    with writing() as tx:
        removals.remove_member(tx, path.operation_id, user_id=path.user_id, compromised=query.compromised)


@api.get("/operations/<int:operation_id>/members/<int:user_id>/left-behind")
def left_behind_by(path: MemberPath) -> LeftBehind:
    """What a person would leave behind: for whoever has charge of members, before they end a part."""
    with reading() as view:
        queries.operation(view.session, path.operation_id)
        return leaving.left_behind_by(view.session, path.operation_id, path.user_id)


@api.get("/operations/<int:operation_id>/removals")
def proposed_removals(path: OperationPath) -> list[ProposedRemoval]:
    """The proposals to remove a member that stand, with their reasons, as far as they concern one."""
    with reading() as view:
        queries.operation(view.session, path.operation_id)
        return removal_queries.proposed_removals(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/members/<int:user_id>/removals")
def propose_removal(path: MemberPath, body: RemovalBody) -> None:
    """Propose to remove another country's member or an observer; somebody of another country confirms it."""
    with writing() as tx:
        removals.propose_removal(tx, path.operation_id, user_id=path.user_id, **body.model_dump())


@api.post("/operations/<int:operation_id>/members/<int:user_id>/removals/confirm")
def confirm_removal(path: MemberPath) -> None:
    """Confirm another country's proposal: the person's part ends at once."""
    with writing() as tx:
        removals.confirm_removal(tx, path.operation_id, user_id=path.user_id)


@api.get("/operations/<int:operation_id>/suspensions")
def suspensions(path: OperationPath) -> list[SuspendedMember]:
    """The suspensions that run, with their reasons, as far as they concern one."""
    with reading() as view:
        queries.operation(view.session, path.operation_id)
        return removal_queries.suspensions(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/members/<int:user_id>/suspension")
def suspend_member(path: MemberPath, body: SuspensionBody) -> None:
    """Keep a person out for some hours, a day at most, with a reason."""
    with writing() as tx:
        removals.suspend_member(tx, path.operation_id, user_id=path.user_id, **body.model_dump())


@api.delete("/operations/<int:operation_id>/members/<int:user_id>/suspension")
def end_suspension(path: MemberPath) -> None:
    """Let a suspended person in again before the time is over."""
    with writing() as tx:
        removals.end_suspension(tx, path.operation_id, user_id=path.user_id)


@api.get("/operations/<int:operation_id>/country-leads")
def countries_without_lead(path: OperationPath) -> list[CountryWithoutLead]:
    """The countries that have no lead, and who is proposed."""
    with reading() as view:
        queries.operation(view.session, path.operation_id)
        return country_lead_queries.countries_without_lead(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/country-leads")
def propose_country_lead(path: OperationPath, body: CountryLeadBody) -> None:
    """Propose who leads a country that has no lead; somebody else confirms it."""
    with writing() as tx:
        country_leads.propose_country_lead(tx, path.operation_id, **body.model_dump())


@api.post("/operations/<int:operation_id>/country-leads/<country>/confirm")
def confirm_country_lead(path: CountryPath, body: ConfirmedLeadBody) -> RestoredLead:
    """Confirm who leads a country that has no lead; a new person gets an invitation, which is shown here once."""
    with writing() as tx:
        invited = country_leads.confirm_country_lead(tx, path.operation_id, path.country, proposal_id=body.proposal)
    return RestoredLead(None if invited is None else f"{origin(current_settings())}/invitation/{invited.secret}")
