"""REST: the board of series, a series' page, and the work on it: claims, triage, what people say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import series_joins as joins
from workspace.commands import series_suggestions as suggestions
from workspace.commands import series_words as words
from workspace.commands import series_work as work
from workspace.queries import operations
from workspace.queries.series_board import SeriesColumn, SeriesFilter
from workspace.queries.series_board import series_board as find_board
from workspace.queries.series_page import SeriesPage
from workspace.queries.series_page import series_page as find_page
from workspace.queries.series_suggestions import SuggestedSeries
from workspace.queries.series_suggestions import suggested_series as find_suggestions
from workspace.rules.codes import SeriesRecency, SeriesTriage
from workspace.web.api.series import MOST_NAME, SeriesPath
from workspace.web.bodies import (
    COUNTRY,
    MOST_BIG_INTEGER,
    MOST_INTEGER,
    MOST_TEXT,
    Body,
    OperationPath,
    Query,
    ReasonBody,
    ThingPath,
)
from workspace.web.context import reading, writing

api = APIBlueprint("series_work", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="series")])


class BoardQuery(Query):
    """What the board is narrowed to. column, after: one column alone, behind so many series."""

    country: str | None = Field(None, pattern=COUNTRY)
    owner: str | None = Field(None, pattern=COUNTRY)
    recency: Literal["recent", "cold", "not_stated"] | None = None
    wants_second: bool = False
    mine: bool = False
    column: str | None = Field(None, max_length=36)
    after: int = Field(0, ge=0, le=MOST_INTEGER)

    def narrowed(self) -> SeriesFilter:
        """As the query takes it."""
        return SeriesFilter(self.country, self.owner, self.recency, self.wants_second, self.mine)


class NumberedSeriesPath(OperationPath):
    """A series, by the number that screens show."""

    number: int = Field(ge=1, le=MOST_INTEGER)


class TokenBody(Body):
    """The number of the own claim."""

    token: int = Field(ge=1, le=MOST_BIG_INTEGER)


class HandOverBody(TokenBody):
    """To whom the claim is handed."""

    to: int = Field(ge=1)


class TriageBody(Body):
    """A column, and why something is left over. column_id: of the operation's own, with «own»."""

    triage: SeriesTriage
    column_id: UUID | None = None
    reason: str | None = Field(None, max_length=MOST_TEXT)


class SeriesPriorityBody(Body):
    """A priority: 1 comes first."""

    priority: int = Field(ge=1, le=3)


class RecencyBody(Body):
    """Whether the material is recent or cold; null says neither."""

    recency: SeriesRecency | None = None


class NameBody(Body):
    """What a series, or a column, is called."""

    label: str = Field(min_length=1, max_length=MOST_NAME)


class ReferenceBody(Body):
    """The series' number in another system; empty, it has none."""

    external_reference: str = Field(default="", max_length=MOST_NAME)


class SeriesCommentBody(Body):
    """A comment."""

    body: str = Field(min_length=1, max_length=MOST_TEXT)


class MergeBody(Body):
    """The series that stays."""

    into: UUID


class SplitBody(Body):
    """The persons that leave, by the numbers that screens show, and what their series is called."""

    numbers: list[int] = Field(min_length=1, max_length=joins.MOST_SPLIT)
    label: str = Field(min_length=1, max_length=MOST_NAME)


class FormBody(Body):
    """Persons, by the numbers that screens show, and what their series is called."""

    numbers: list[int] = Field(min_length=1, max_length=suggestions.MOST_FORMED)
    label: str = Field(min_length=1, max_length=MOST_NAME)


class RefusalBody(Body):
    """Persons that are no series, or do not belong to the one that is named."""

    numbers: list[int] = Field(min_length=1, max_length=suggestions.MOST_FORMED)
    series_id: UUID | None = None


@dataclass(frozen=True)
class Formed:
    """The new series, and the act by which its persons are taken out again."""

    series: UUID
    act: UUID


@dataclass(frozen=True)
class RefusedSuggestion:
    """The row that keeps it."""

    refusal: UUID


@dataclass(frozen=True)
class JoinedSeries:
    """The act, by which it is taken back."""

    act: UUID


@dataclass(frozen=True)
class SplitOff:
    """The act, by which it is taken back, and the number of the new series."""

    act: UUID
    number: int


@dataclass(frozen=True)
class ClaimedSeries:
    """The number of the claim, which proves it."""

    token: int


@dataclass(frozen=True)
class SaidOfSeries:
    """The row that holds the words."""

    word: UUID


@dataclass(frozen=True)
class AddedColumn:
    """The new column's id."""

    column: UUID


@api.get("/operations/<int:operation_id>/series/board")
def series_board(path: OperationPath, query: BoardQuery) -> list[SeriesColumn]:
    """Answer the columns of triage with the series in them, the most urgent first."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return find_board(view.session, path.operation_id, query.narrowed(), column=query.column, after=query.after)


@api.get("/operations/<int:operation_id>/series/suggested")
def suggested_series(path: OperationPath) -> SuggestedSeries:
    """Answer which persons of one's own material may be a series, and why."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return find_suggestions(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/series/suggested")
def form_series(path: OperationPath, body: FormBody) -> Formed:
    """Form a series of persons that stand in none."""
    with writing() as tx:
        done = suggestions.form_series(tx, path.operation_id, numbers=body.numbers, label=body.label)
    return Formed(done.series, done.act)


@api.post("/operations/<int:operation_id>/series/suggested/refused")
def refuse_suggestion(path: OperationPath, body: RefusalBody) -> RefusedSuggestion:
    """Say that persons are no series: they are not suggested again."""
    with writing() as tx:
        return RefusedSuggestion(
            suggestions.refuse_suggestion(tx, path.operation_id, numbers=body.numbers, series_id=body.series_id)
        )


@api.get("/operations/<int:operation_id>/series/<int:number>")
def series_page(path: NumberedSeriesPath) -> SeriesPage:
    """Answer what is in a series, who works on it, and what people said and did."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return find_page(view.session, path.operation_id, path.number)


@api.post("/series/<uuid:series_id>/claim")
def claim_series(path: SeriesPath) -> ClaimedSeries:
    """Claim a series: it is in work while the lease lives."""
    with writing() as tx:
        return ClaimedSeries(work.claim_series(tx, path.series_id))


@api.post("/series/<uuid:series_id>/renew")
def renew_series(path: SeriesPath, body: TokenBody) -> None:
    """Extend the lease of one's own claim."""
    with writing() as tx:
        work.renew_series(tx, path.series_id, token=body.token)


@api.post("/series/<uuid:series_id>/release")
def release_series(path: SeriesPath, body: TokenBody) -> None:
    """Give up one's own claim."""
    with writing() as tx:
        work.release_series(tx, path.series_id, token=body.token)


@api.post("/series/<uuid:series_id>/hand-over")
def hand_over_series(path: SeriesPath, body: HandOverBody) -> None:
    """Hand one's own claim to another examiner."""
    with writing() as tx:
        work.hand_over_series(tx, path.series_id, token=body.token, to=body.to)


@api.post("/series/<uuid:series_id>/take-over")
def take_over_series(path: SeriesPath, body: ReasonBody) -> None:
    """End another's claim for a reason."""
    with writing() as tx:
        work.take_over_series(tx, path.series_id, reason=body.reason)


@api.post("/series/<uuid:series_id>/triage")
def triage_series(path: SeriesPath, body: TriageBody) -> None:
    """Put a series into a column."""
    with writing() as tx:
        work.triage_series(tx, path.series_id, triage=body.triage, column_id=body.column_id, reason=body.reason)


@api.post("/series/<uuid:series_id>/priority")
def prioritise_series(path: SeriesPath, body: SeriesPriorityBody) -> None:
    """Set a series' priority."""
    with writing() as tx:
        work.prioritise_series(tx, path.series_id, priority=body.priority)


@api.post("/series/<uuid:series_id>/recency")
def date_series(path: SeriesPath, body: RecencyBody) -> None:
    """Say whether a series is recent or cold."""
    with writing() as tx:
        work.date_series(tx, path.series_id, recency=body.recency)


@api.post("/series/<uuid:series_id>/name")
def name_series(path: SeriesPath, body: NameBody) -> SaidOfSeries:
    """Name a series of one's agency anew."""
    with writing() as tx:
        return SaidOfSeries(words.name_series(tx, path.series_id, label=body.label))


@api.post("/series/<uuid:series_id>/reference")
def reference_series(path: SeriesPath, body: ReferenceBody) -> SaidOfSeries:
    """Say the number of a series of one's agency in another system."""
    with writing() as tx:
        return SaidOfSeries(words.reference_series(tx, path.series_id, external_reference=body.external_reference))


@api.post("/series/<uuid:series_id>/comments")
def comment_on_series(path: SeriesPath, body: SeriesCommentBody) -> SaidOfSeries:
    """Write a comment on a series, for all who may see it."""
    with writing() as tx:
        return SaidOfSeries(words.comment_on_series(tx, path.series_id, body=body.body))


@api.post("/series/<uuid:series_id>/merge")
def merge_series(path: SeriesPath, body: MergeBody) -> JoinedSeries:
    """Say that a series of one's agency is part of another."""
    with writing() as tx:
        return JoinedSeries(joins.merge_series(tx, path.series_id, into=body.into))


@api.post("/series/<uuid:series_id>/split")
def split_series(path: SeriesPath, body: SplitBody) -> SplitOff:
    """Take persons of one's own material out of a series: they become one of their own."""
    with writing() as tx:
        done = joins.split_series(tx, path.series_id, numbers=body.numbers, label=body.label)
    return SplitOff(done.act, done.number)


@api.delete("/series/joins/<uuid:thing_id>")
def take_back_join(path: ThingPath) -> None:
    """Take back that series were merged or split."""
    with writing() as tx:
        joins.take_back_join(tx, path.thing_id)


@api.post("/operations/<int:operation_id>/series/columns")
def add_series_column(path: OperationPath, body: NameBody) -> AddedColumn:
    """Add a column of triage to the operation."""
    with writing() as tx:
        return AddedColumn(words.add_series_column(tx, path.operation_id, name=body.label))


@api.delete("/series/columns/<uuid:thing_id>")
def remove_series_column(path: ThingPath) -> None:
    """Take a column of the operation's own away; the series in it are to do again."""
    with writing() as tx:
        words.remove_series_column(tx, path.thing_id)
