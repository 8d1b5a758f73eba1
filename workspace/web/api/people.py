"""REST: accounts and agencies of the installation, for its administrators."""

from __future__ import annotations

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import identity, people
from workspace.web.bodies import COUNTRY, Body, RoutePath
from workspace.web.context import current_settings, require_fresh, writing
from workspace.web.security import origin

api = APIBlueprint("people", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="people")])


class UserPath(RoutePath):
    """A person."""

    user_id: int = Field(ge=1)


class AgencyBody(Body):
    """A new agency."""

    country: str = Field(pattern=COUNTRY)
    name: str = Field(min_length=1, max_length=100)
    kind: str = Field(max_length=20)


class UserBody(Body):
    """A new account."""

    agency_id: int = Field(ge=1)
    name: str = Field(min_length=1, max_length=100)
    is_house_admin: bool = False


@api.post("/agencies")
def create_agency(body: AgencyBody) -> Response:
    """Make an agency."""
    require_fresh()
    with writing() as tx:
        agency_id = people.create_agency(tx, **body.model_dump())
    return jsonify({"agency": agency_id})


@api.post("/users")
def create_user(body: UserBody) -> Response:
    """Make an account; its one-time invitation is shown here once."""
    require_fresh()
    with writing() as tx:
        user_id = people.create_user(tx, **body.model_dump())
        invited = people.invite_user(tx, user_id)
    return jsonify({"user": user_id, "invitation": _link(invited.secret)})


@api.post("/users/<int:user_id>/invitations")
def invite_user(path: UserPath) -> Response:
    """Give a person a new one-time invitation, for instance after a lost passkey."""
    require_fresh()
    with writing() as tx:
        invited = people.invite_user(tx, path.user_id)
    return jsonify({"user": path.user_id, "invitation": _link(invited.secret)})


@api.post("/users/<int:user_id>/disable")
def disable_user(path: UserPath) -> Response:
    """Disable an account: its sessions, tokens and sockets stop at once."""
    require_fresh()
    with writing() as tx:
        people.disable_user(tx, path.user_id)
    return jsonify({})


@api.delete("/users/<int:user_id>/sessions")
def end_sessions(path: UserPath) -> Response:
    """End all sessions of a person."""
    require_fresh()
    with writing() as tx:
        ended = identity.end_others_sessions(tx, path.user_id)
    return jsonify({"ended": ended})


def _link(secret: str) -> str:
    return f"{origin(current_settings())}/invitation/{secret}"
