"""Jurisdiction and referrals over REST: who is competent, what is sent, what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import corroboration, held_referrals, jurisdiction
from workspace.commands import referrals as commands
from workspace.queries import referrals as queries
from workspace.queries.operations import operation
from workspace.queries.referrals import Referral, ReferralWithOutcomes
from workspace.rules.corroboration import CorroborationType, Speaks
from workspace.rules.jurisdiction import Competence, Ground, Urgency
from workspace.web.answers import File, attachment
from workspace.web.bodies import COUNTRY, MOST_TEXT, Body, LeadPath, OperationPath, ReasonBody, ThingPath
from workspace.web.context import media_store, operation_key, reading, writing

api = APIBlueprint("referrals", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="referrals")])


MOST_REFERENCE = 500


class JurisdictionBody(Body):
    """A country's jurisdiction over a lead: on which ground, for what, and what supports it."""

    country: str = Field(pattern=COUNTRY)
    ground: Ground
    competence: Competence
    basis: str = Field(min_length=1, max_length=MOST_TEXT)


class CorroborationBody(Body):
    """What speaks for or against the lead besides the comparison of faces.

    reference: where it is found (a lead, a file, a document); dated_on: the day of what it refers to.
    """

    type: CorroborationType
    reference: str = Field(min_length=1, max_length=MOST_REFERENCE)
    dated_on: date
    speaks: Speaks = "for"


class ReferralBody(Body):
    """To whom the referral goes, for what, and how urgent it is.

    What is left out follows the lead: its stated grounds and its priority. What besides the face speaks for it is
    stated on the lead before.
    """

    to_agency_id: int | None = Field(None, ge=1)
    competence: Competence | None = None
    urgency: Urgency | None = None
    message: str = Field("", max_length=MOST_TEXT)


class OptionalReasonBody(Body):
    """Why, where there is something to say."""

    reason: str = Field("", max_length=MOST_TEXT)


class ReRouteBody(ReasonBody):
    """The agency to which the referral goes on."""

    to_agency_id: int = Field(ge=1)


@dataclass(frozen=True)
class NewReferral:
    """The id of a new referral."""

    referral: UUID


@dataclass(frozen=True)
class NewJurisdictionClaim:
    """The id of a new statement."""

    jurisdiction: UUID


@dataclass(frozen=True)
class NewCorroboration:
    """The id of a new statement."""

    corroboration: UUID


@dataclass(frozen=True)
class ReferralList:
    """The referrals that the viewer may see, those that wait for an answer first."""

    referrals: list[Referral]


@api.post("/leads/<uuid:lead_id>/jurisdiction")
def state_jurisdiction(path: LeadPath, body: JurisdictionBody) -> NewJurisdictionClaim:
    """State which country holds jurisdiction, and on which ground."""
    with writing() as tx:
        claim = jurisdiction.state_jurisdiction(
            tx, path.lead_id, country=body.country, ground=body.ground, competence=body.competence, basis=body.basis
        )
    return NewJurisdictionClaim(claim)


@api.delete("/jurisdiction/<uuid:thing_id>")
def withdraw_jurisdiction(path: ThingPath) -> None:
    """Withdraw one's own statement."""
    with writing() as tx:
        jurisdiction.withdraw_jurisdiction(tx, path.thing_id)


@api.post("/leads/<uuid:lead_id>/corroboration")
def state_corroboration(path: LeadPath, body: CorroborationBody) -> NewCorroboration:
    """State what speaks for or against the lead besides the face; referrals that are drafted afterwards carry it."""
    with writing() as tx:
        return NewCorroboration(corroboration.state_corroboration(tx, path.lead_id, **body.model_dump()))


@api.delete("/corroboration/<uuid:thing_id>")
def withdraw_corroboration(path: ThingPath) -> None:
    """Withdraw one's own statement; a draft that carries it can no longer be signed."""
    with writing() as tx:
        corroboration.withdraw_corroboration(tx, path.thing_id)


@api.get("/operations/<int:operation_id>/referrals")
def referrals(path: OperationPath) -> ReferralList:
    """Answer the referrals that the viewer may see."""
    with reading() as view:
        operation(view.session, path.operation_id)  # not there and not yours look the same
        return ReferralList(queries.referrals(view.session, path.operation_id))


@api.get("/referrals/<uuid:thing_id>")
def referral(path: ThingPath) -> ReferralWithOutcomes:
    """Answer one referral with its outcomes."""
    with reading() as view:
        return queries.referral(view.session, path.thing_id)


@api.post("/leads/<uuid:lead_id>/referrals")
def draft_referral(path: LeadPath, body: ReferralBody) -> NewReferral:
    """Draft a referral; its package is built once another person has approved it."""
    with writing() as tx:
        referral = commands.draft_referral(
            tx,
            path.lead_id,
            to_agency_id=body.to_agency_id,
            competence=body.competence,
            urgency=body.urgency,
            message=body.message,
        )
    return NewReferral(referral)


@api.post("/referrals/<uuid:thing_id>/approve")
def approve_referral(path: ThingPath) -> None:
    """Sign another's draft."""
    with writing() as tx:
        commands.approve_referral(tx, path.thing_id)


@api.post("/referrals/<uuid:thing_id>/send")
def send_referral(path: ThingPath) -> None:
    """Put the package into the receiving agency's inbox."""
    with writing() as tx:
        commands.send_referral(tx, path.thing_id)


@api.post("/referrals/<uuid:thing_id>/ask-release")
def ask_release(path: ThingPath, body: ReasonBody) -> None:
    """Ask that a referral which the record holds back may leave, with a reason; the drafting country does so."""
    with writing() as tx:
        held_referrals.ask_release(tx, path.thing_id, reason=body.reason)


@api.post("/referrals/<uuid:thing_id>/confirm-release")
def confirm_release(path: ThingPath) -> None:
    """Confirm, as the second person and of another country, that a held referral leaves."""
    with writing() as tx:
        held_referrals.confirm_release(tx, path.thing_id)


@api.post("/referrals/<uuid:thing_id>/withdraw")
def withdraw_referral(path: ThingPath, body: ReasonBody) -> None:
    """Withdraw a draft or refuse it as the second person, with a reason."""
    with writing() as tx:
        commands.withdraw_referral(tx, path.thing_id, reason=body.reason)


@api.post("/referrals/<uuid:thing_id>/acknowledge")
def acknowledge_referral(path: ThingPath) -> None:
    """Confirm receipt."""
    with writing() as tx:
        commands.acknowledge_referral(tx, path.thing_id)


@api.post("/referrals/<uuid:thing_id>/accept")
def accept_referral(path: ThingPath, body: OptionalReasonBody) -> None:
    """Take the case on."""
    with writing() as tx:
        commands.accept_referral(tx, path.thing_id, reason=body.reason)


@api.post("/referrals/<uuid:thing_id>/decline")
def decline_referral(path: ThingPath, body: ReasonBody) -> None:
    """Refuse the case, with a reason."""
    with writing() as tx:
        commands.decline_referral(tx, path.thing_id, reason=body.reason)


@api.post("/referrals/<uuid:thing_id>/return")
def return_referral(path: ThingPath, body: ReasonBody) -> None:
    """Send it back: another authority is competent."""
    with writing() as tx:
        commands.return_referral(tx, path.thing_id, reason=body.reason)


@api.post("/referrals/<uuid:thing_id>/re-route")
def re_route_referral(path: ThingPath, body: ReRouteBody) -> NewReferral:
    """Draft the onward referral of one that came back, or that one's own agency has accepted."""
    with writing() as tx:
        onward = commands.re_route_referral(tx, path.thing_id, to_agency_id=body.to_agency_id, reason=body.reason)
    return NewReferral(onward)


@api.get("/referrals/<uuid:thing_id>/package")
def fetch_package(path: ThingPath) -> Annotated[Response, File("application/octet-stream")]:
    """Answer the encrypted package; only the receiving agency's key opens it. The download is recorded."""
    with writing() as tx:
        operation_id, address = commands.fetch_package(tx, path.thing_id)
        key = operation_key(tx.session, operation_id)
    content = media_store().read_bytes(address, key=key)
    return attachment(content, "application/octet-stream", f"referral-{path.thing_id}.age")
