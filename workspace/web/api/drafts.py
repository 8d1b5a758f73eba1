"""REST: what a person writes and has not sent, form by form. People alone: no token reads or writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from workspace.commands import drafts as commands
from workspace.queries.drafts import SealedDraft, drafts_on_page
from workspace.rules.drafts import MOST_CHARACTERS, MOST_FIELD, MOST_FIELDS, MOST_NAME, FormPlace
from workspace.store.sealing import open_fields, seal_fields
from workspace.web.bodies import Body, Query, RoutePath
from workspace.web.context import current_user_id, master_key, reading, require_session, writing

api = APIBlueprint("drafts", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="drafts")])

Name = Annotated[str, StringConstraints(min_length=1, max_length=MOST_NAME)]
Words = Annotated[str, StringConstraints(max_length=MOST_FIELD)]


class PageQuery(Query):
    """A page: the operation that it belongs to, if any, and the rest of its address."""

    operation: int | None = Field(None, ge=1)
    subject: str = Field(min_length=1, max_length=MOST_NAME)


class DraftBody(Body):
    """What stands in a form, a version that whoever writes it has drawn, and those that he knew. No field at all: the
    form is empty."""

    is_cleaned: ClassVar[bool] = False

    operation: int | None = Field(None, ge=1)
    subject: str = Field(min_length=1, max_length=MOST_NAME)
    form: str = Field(min_length=1, max_length=MOST_NAME)
    version: UUID
    replaces: list[UUID] = Field(default_factory=list, max_length=20)
    fields: dict[Name, Words] = Field(max_length=MOST_FIELDS)

    @field_validator("fields")
    @classmethod
    def _fit_together(cls, given: dict[str, str]) -> dict[str, str]:
        if sum(map(len, given.values())) > MOST_CHARACTERS:
            raise PydanticCustomError("string_too_long", "at most {max_length}", {"max_length": MOST_CHARACTERS})
        return given

    @property
    def place(self) -> FormPlace:
        """Where it belongs."""
        return FormPlace(self.operation, self.subject, self.form)


class DraftPath(RoutePath):
    """A version of a draft."""

    version: UUID


@dataclass(frozen=True)
class KeptDraft:
    """What stood in a form when it was written down last."""

    form: str
    version: UUID
    fields: dict[str, str]
    saved_at: datetime


@dataclass(frozen=True)
class Keeping:
    """Where what was written stands now. version: None where nothing is kept. others: what was written into the same
    form elsewhere and not known here; it is kept as well."""

    version: UUID | None
    saved_at: datetime
    others: list[KeptDraft]


@api.get("/drafts")
def kept_drafts(query: PageQuery) -> list[KeptDraft]:
    """Answer what was written into the forms of a page and not sent, the last first."""
    require_session()
    with reading() as view:
        found = drafts_on_page(view.session, query.operation, query.subject)
    return [_opened(each) for each in found]


@api.put("/drafts")
def keep_draft(body: DraftBody) -> Keeping:
    """Keep what stands in a form, in the place of the versions that the writer knew; others stay beside it."""
    sealed = None
    if body.fields:
        owner = body.place.owner(current_user_id())
        sealed = seal_fields(master_key(), body.fields, owner=owner, place=body.place.name)
    with writing() as tx:
        commands.keep_draft(tx, body.place, body.version, sealed, replaces=body.replaces)
        saved_at = tx.now
        beside = drafts_on_page(tx.session, body.operation, body.subject)
    others = [_opened(each) for each in beside if each.place == body.place and each.version != body.version]
    return Keeping(body.version if body.fields else None, saved_at, others)


@api.delete("/drafts/<uuid:version>")
def throw_draft_away(path: DraftPath) -> None:
    """Forget a draft that is no longer wanted."""
    with writing() as tx:
        commands.throw_draft_away(tx, path.version)


def _opened(draft: SealedDraft) -> KeptDraft:
    owner = draft.place.owner(current_user_id())
    fields = open_fields(master_key(), draft.sealed, owner=owner, place=draft.place.name)
    return KeptDraft(draft.place.form, draft.version, fields, draft.saved_at)
