"""REST: newcomers, and who has met them. No token may do any of it: whoever vouches shows a passkey."""

from __future__ import annotations

from dataclasses import dataclass

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import vouching as commands
from workspace.queries import operations
from workspace.queries import vouching as queries
from workspace.queries.vouching import Newcomer
from workspace.rules.vouching import CODE_LIFE, How, MemberStanding
from workspace.web.bodies import Body, OperationPath
from workspace.web.context import reading, writing

api = APIBlueprint("vouching", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="vouching")])


class VouchBody(Body):
    """The code that the person read out, and how the two met."""

    code: str = Field(min_length=1, max_length=20)
    how: How


class MemberPath(OperationPath):
    """A member of an operation."""

    user_id: int = Field(ge=1)


class VouchPath(MemberPath):
    """A vouch: for whom, and whose."""

    voucher_id: int = Field(ge=1)


@dataclass(frozen=True)
class ShownCode:
    """A code to read out; it is shown here once. life_s: for how many seconds it can be typed."""

    code: str
    life_s: int


@dataclass(frozen=True)
class Met:
    """What a vouch made of the person."""

    standing: MemberStanding


@api.get("/operations/<int:operation_id>/standings")
def standings(path: OperationPath) -> list[Newcomer]:
    """Who is a newcomer, and who has met whom."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return queries.standings(view.session, path.operation_id, view.me)


@api.post("/operations/<int:operation_id>/vouch-code")
def show_vouch_code(path: OperationPath) -> ShownCode:
    """Make a new code to read out to a member of another agency; the last one is void."""
    with writing() as tx:
        code = commands.show_vouch_code(tx, path.operation_id)
    return ShownCode(code, int(CODE_LIFE.total_seconds()))


@api.post("/operations/<int:operation_id>/members/<int:user_id>/vouches")
def vouch_for(path: MemberPath, body: VouchBody) -> Met:
    """Say that one has met a person, who read this code out."""
    with writing() as tx:
        standing = commands.vouch_for(tx, path.operation_id, path.user_id, code=body.code, how=body.how)
    return Met(standing)


@api.post("/operations/<int:operation_id>/members/<int:user_id>/vouches/declined")
def decline_vouch(path: MemberPath) -> None:
    """Say that one has not met a person who asks."""
    with writing() as tx:
        commands.decline_vouch(tx, path.operation_id, path.user_id)


@api.delete("/operations/<int:operation_id>/members/<int:user_id>/vouches/<int:voucher_id>")
def withdraw_vouch(path: VouchPath) -> None:
    """Take a vouch back: whoever depended on it is a newcomer again."""
    with writing() as tx:
        commands.withdraw_vouch(tx, path.operation_id, path.user_id, voucher_id=path.voucher_id)
