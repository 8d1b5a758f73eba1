"""REST: accounts and agencies of the installation, for its administrators."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class CreatedAgency:
    """The new agency's id."""

    agency: int


@dataclass(frozen=True)
class InvitedUser:
    """A person, and the address of the one-time invitation, which is shown here once."""

    user: int
    invitation: str


@dataclass(frozen=True)
class EndedSessions:
    """How many sessions were ended."""

    ended: int


@api.post("/agencies")
def create_agency(body: AgencyBody) -> CreatedAgency:
    """Make an agency."""
    require_fresh()
    with writing() as tx:
        agency_id = people.create_agency(tx, **body.model_dump())
    return CreatedAgency(agency_id)


@api.post("/users")
def create_user(body: UserBody) -> InvitedUser:
    """Make an account; its one-time invitation is shown here once."""
    require_fresh()
    with writing() as tx:
        user_id = people.create_user(tx, **body.model_dump())
        invited = people.invite_user(tx, user_id)
    return InvitedUser(user_id, _link(invited.secret))


@api.post("/users/<int:user_id>/invitations")
def invite_user(path: UserPath) -> InvitedUser:
    """Give a person a new one-time invitation, for instance after a lost passkey."""
    require_fresh()
    with writing() as tx:
        invited = people.invite_user(tx, path.user_id)
    return InvitedUser(path.user_id, _link(invited.secret))


@api.post("/users/<int:user_id>/disable")
def disable_user(path: UserPath) -> None:
    """Disable an account: its sessions, tokens and sockets stop at once."""
    require_fresh()
    with writing() as tx:
        people.disable_user(tx, path.user_id)


@api.post("/users/<int:user_id>/enable")
def enable_user(path: UserPath) -> None:
    """Enable a disabled account again; the person signs in anew."""
    require_fresh()
    with writing() as tx:
        people.enable_user(tx, path.user_id)


@api.delete("/users/<int:user_id>/sessions")
def end_sessions(path: UserPath) -> EndedSessions:
    """End all sessions of a person."""
    require_fresh()
    with writing() as tx:
        ended = identity.end_others_sessions(tx, path.user_id)
    return EndedSessions(ended)


def _link(secret: str) -> str:
    return f"{origin(current_settings())}/invitation/{secret}"
