"""Outcomes over REST: what the competent authority states, and the ledger in which a child counts once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import outcomes
from workspace.commands.outcomes import MOST_CHILDREN
from workspace.queries import referrals as queries
from workspace.queries.operations import operation
from workspace.queries.referrals import LedgerAct, LedgerEntry
from workspace.rules.codes import OUTCOME_STAGES, AgeBand, LedgerKind, Sex
from workspace.rules.statement import Statement
from workspace.web.bodies import COUNTRY, MOST_TEXT, Body, OperationPath, ReasonBody, ThingPath
from workspace.web.context import reading, writing

api = APIBlueprint("outcomes", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="outcomes")])


class OutcomeBody(Body):
    """An authority's statement; no names are needed, and none are asked for."""

    kind: LedgerKind
    stage: str = Field(pattern="^(" + "|".join(OUTCOME_STAGES) + ")$")
    authority_reference: str = Field(min_length=1, max_length=200)
    stated_on: date
    ledger_id: UUID | None = None
    is_another: bool | None = None
    depicted: bool = True
    count: int = Field(1, ge=1, le=MOST_CHILDREN)
    age_band: AgeBand | None = None
    sex: Sex = "unknown"
    place_country: str | None = Field(None, pattern=COUNTRY)
    early_reason: str = Field("", max_length=MOST_TEXT)


class MergeBody(Body):
    """The entry that stays."""

    into: UUID


@dataclass(frozen=True)
class NewOutcome:
    """The ids of a new statement and of the entry of the ledger that it is about; of several the first."""

    outcome: UUID
    ledger: UUID


@dataclass(frozen=True)
class Ledger:
    """The victims and offenders that the viewer may see. acts: what people said of entries and did not take back."""

    ledger: list[LedgerEntry]
    acts: list[LedgerAct]


@dataclass(frozen=True)
class LedgerActSaid:
    """The act, by which it can be taken back."""

    act: UUID


@api.post("/referrals/<uuid:thing_id>/outcomes")
def state_outcome(path: ThingPath, body: OutcomeBody) -> NewOutcome:
    """State an outcome of a referral that one's agency has received."""
    statement = Statement(
        kind=body.kind,
        stage=body.stage,
        authority_reference=body.authority_reference,
        stated_on=body.stated_on,
        ledger_id=body.ledger_id,
        is_another=body.is_another,
        is_depicted=body.depicted,
        count=body.count,
        age_band=body.age_band,
        sex=body.sex,
        place_country=body.place_country,
        early_reason=body.early_reason,
    )
    with writing() as tx:
        outcome, entry = outcomes.state_outcome(tx, path.thing_id, statement)
    return NewOutcome(outcome, entry)


@api.post("/outcomes/<uuid:thing_id>/revoke")
def revoke_outcome(path: ThingPath, body: ReasonBody) -> None:
    """Take a statement back; it is printed as a correction."""
    with writing() as tx:
        outcomes.revoke_outcome(tx, path.thing_id, reason=body.reason)


@api.get("/operations/<int:operation_id>/ledger")
def ledger(path: OperationPath) -> Ledger:
    """Answer the victims and offenders that the viewer may see."""
    with reading() as view:
        operation(view.session, path.operation_id)  # not there and not yours look the same
        return Ledger(
            queries.ledger(view.session, path.operation_id), queries.ledger_acts(view.session, path.operation_id)
        )


@api.post("/ledger/<uuid:thing_id>/merge")
def merge_ledger(path: ThingPath, body: MergeBody) -> LedgerActSaid:
    """Say that two entries are one person."""
    with writing() as tx:
        act = outcomes.merge_ledger(tx, path.thing_id, into=body.into)
    return LedgerActSaid(act)


@api.post("/ledger/<uuid:thing_id>/depicted")
def mark_depicted(path: ThingPath) -> LedgerActSaid:
    """Say that a child who was stated as not depicted is shown in the material after all."""
    with writing() as tx:
        act = outcomes.mark_depicted(tx, path.thing_id)
    return LedgerActSaid(act)


@api.delete("/ledger/acts/<uuid:thing_id>")
def take_back_ledger_act(path: ThingPath) -> None:
    """Take back that two entries are one person, or that one is shown after all."""
    with writing() as tx:
        outcomes.take_back_ledger_act(tx, path.thing_id)
