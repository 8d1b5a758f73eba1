"""Jurisdiction and referrals over REST: who is competent, what is sent, what comes back."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import jurisdiction, referrals
from workspace.queries import referrals as queries
from workspace.queries.operations import operation
from workspace.rules.jurisdiction import Competence, Ground, Urgency
from workspace.web.bodies import COUNTRY, MOST_TEXT, Body, LeadPath, OperationPath, ReasonBody, ThingPath
from workspace.web.context import media_store, operation_key, reading, writing

api = APIBlueprint("referrals", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="referrals")])


class JurisdictionBody(Body):
    """A country's jurisdiction over a lead: on which ground, for what, and what supports it."""

    country: str = Field(pattern=COUNTRY)
    ground: Ground
    competence: Competence
    basis: str = Field(min_length=1, max_length=MOST_TEXT)


class ReferralBody(Body):
    """To whom, for what, how urgent, and what besides the face supports it."""

    to_agency_id: int = Field(ge=1)
    competence: Competence
    urgency: Urgency = "normal"
    corroboration: str = Field(min_length=1, max_length=MOST_TEXT)
    message: str = Field("", max_length=MOST_TEXT)


class OptionalReasonBody(Body):
    """Why, where there is something to say."""

    reason: str = Field("", max_length=MOST_TEXT)


class ReRouteBody(ReasonBody):
    """To whom it goes on."""

    to_agency_id: int = Field(ge=1)


@api.post("/leads/<uuid:lead_id>/jurisdiction")
def post_jurisdiction(path: LeadPath, body: JurisdictionBody) -> dict[str, Any]:
    """State which country holds jurisdiction, and on which ground."""
    with writing() as tx:
        claim = jurisdiction.state_jurisdiction(
            tx, path.lead_id, country=body.country, ground=body.ground, competence=body.competence, basis=body.basis
        )
    return {"jurisdiction": str(claim)}


@api.delete("/jurisdiction/<uuid:thing_id>")
def delete_jurisdiction(path: ThingPath) -> dict[str, Any]:
    """Withdraw what one has stated."""
    with writing() as tx:
        jurisdiction.withdraw_jurisdiction(tx, path.thing_id)
    return {}


@api.get("/operations/<int:operation_id>/referrals")
def get_referrals(path: OperationPath) -> dict[str, Any]:
    """Answer the referrals that the viewer may see."""
    with reading() as view:
        operation(view.session, path.operation_id)  # not there and not yours look the same
        rows = queries.referrals(view.session, path.operation_id)
    return {"referrals": [plain(row) for row in rows]}


@api.get("/referrals/<uuid:thing_id>")
def get_referral(path: ThingPath) -> dict[str, Any]:
    """Answer one referral with its outcomes."""
    with reading() as view:
        row = queries.referral(view.session, path.thing_id)
    return {**plain(row), "outcomes": [plain(outcome) for outcome in row["outcomes"]]}


@api.post("/leads/<uuid:lead_id>/referrals")
def post_referral(path: LeadPath, body: ReferralBody) -> dict[str, Any]:
    """Draft a referral; its package is built at once."""
    with writing() as tx:
        referral = referrals.draft_referral(
            tx,
            path.lead_id,
            to_agency_id=body.to_agency_id,
            competence=body.competence,
            urgency=body.urgency,
            corroboration=body.corroboration,
            message=body.message,
        )
    return {"referral": str(referral)}


@api.post("/referrals/<uuid:thing_id>/approve")
def post_approve(path: ThingPath) -> dict[str, Any]:
    """Sign another's draft."""
    with writing() as tx:
        referrals.approve_referral(tx, path.thing_id)
    return {}


@api.post("/referrals/<uuid:thing_id>/send")
def post_send(path: ThingPath) -> dict[str, Any]:
    """Put the package into the receiving agency's inbox."""
    with writing() as tx:
        referrals.send_referral(tx, path.thing_id)
    return {}


@api.post("/referrals/<uuid:thing_id>/withdraw")
def post_withdraw(path: ThingPath, body: ReasonBody) -> dict[str, Any]:
    """Withdraw a draft or refuse it as the second person, with a reason."""
    with writing() as tx:
        referrals.withdraw_referral(tx, path.thing_id, reason=body.reason)
    return {}


@api.post("/referrals/<uuid:thing_id>/acknowledge")
def post_acknowledge(path: ThingPath) -> dict[str, Any]:
    """Confirm receipt."""
    with writing() as tx:
        referrals.acknowledge_referral(tx, path.thing_id)
    return {}


@api.post("/referrals/<uuid:thing_id>/accept")
def post_accept(path: ThingPath, body: OptionalReasonBody) -> dict[str, Any]:
    """Take the case on."""
    with writing() as tx:
        referrals.accept_referral(tx, path.thing_id, reason=body.reason)
    return {}


@api.post("/referrals/<uuid:thing_id>/decline")
def post_decline(path: ThingPath, body: ReasonBody) -> dict[str, Any]:
    """Refuse the case, with a reason."""
    with writing() as tx:
        referrals.decline_referral(tx, path.thing_id, reason=body.reason)
    return {}


@api.post("/referrals/<uuid:thing_id>/return")
def post_return(path: ThingPath, body: ReasonBody) -> dict[str, Any]:
    """Send it back: another authority is competent."""
    with writing() as tx:
        referrals.return_referral(tx, path.thing_id, reason=body.reason)
    return {}


@api.post("/referrals/<uuid:thing_id>/re-route")
def post_re_route(path: ThingPath, body: ReRouteBody) -> dict[str, Any]:
    """Draft the onward referral of one that came back."""
    with writing() as tx:
        onward = referrals.re_route_referral(tx, path.thing_id, to_agency_id=body.to_agency_id, reason=body.reason)
    return {"referral": str(onward)}


@api.get("/referrals/<uuid:thing_id>/package")
def get_package(path: ThingPath) -> Response:
    """Answer the encrypted package; only the receiving agency's key opens it. The download is recorded."""
    with writing() as tx:
        operation_id, address = referrals.fetch_package(tx, path.thing_id)
        key = operation_key(tx.session, operation_id)
    answer = Response(media_store().read_bytes(address, key=key), mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="referral-{path.thing_id}.age"'
    return answer


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON values."""
    return {name: _plain(value) for name, value in row.items() if name != "outcomes"}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str | list):
        return value
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
