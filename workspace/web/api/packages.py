"""An agency's key for packages over REST. A key decides who can open what leaves, so that no token may set one."""

from __future__ import annotations

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import packages
from workspace.web.bodies import Body, RoutePath
from workspace.web.context import writing

api = APIBlueprint("packages", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="packages")])


class AgencyPath(RoutePath):
    """An agency."""

    agency_id: int = Field(ge=1)


class PackageKeyBody(Body):
    """The public key that `app.py package keygen` prints; the identity stays with the agency."""

    public_key: str = Field(min_length=1, max_length=200)


@api.post("/agencies/<int:agency_id>/package-key")
def set_package_key(path: AgencyPath, body: PackageKeyBody) -> None:
    """Set the key to which packages for one's own agency are encrypted; needs a fresh passkey."""
    with writing() as tx:
        packages.set_package_key(tx, path.agency_id, public_key=body.public_key)
