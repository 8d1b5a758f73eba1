"""The board over REST: all of it or its first cards, the rest in parts, what changed, and the leads that stand in no
column."""

from __future__ import annotations

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.queries import board as boards
from workspace.queries.board import Board, BoardPart, LeadsOffBoard
from workspace.rules.leads import StageOffBoard
from workspace.web.bodies import MOST_BIG_INTEGER, MOST_INTEGER, OperationPath, Query
from workspace.web.context import reading
from workspace.web.shown import NewSights, note_own_sights, show

api = APIBlueprint("board", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="leads")])


class FirstQuery(Query):
    """How many cards of each column a fresh snapshot holds at most; `columns` in the answer says that there are more,
    which `part` has."""

    first: int = Field(200, ge=1, le=200)


class PartQuery(Query):
    """Above which number the part begins."""

    above: int = Field(0, ge=0, le=MOST_INTEGER)


class ChangesQuery(FirstQuery):
    """The last event that the client knows."""

    after: int = Field(0, ge=0, le=MOST_BIG_INTEGER)
    keys: str = Field("", max_length=32)


class OffBoardQuery(Query):
    """Which stage, and below which number the page begins."""

    stage: StageOffBoard
    before: int | None = Field(None, ge=1)


@api.get("/operations/<int:operation_id>/board")
def board(path: OperationPath, query: FirstQuery) -> Board:
    """Answer the first cards of each column of the viewer's board."""
    return _board(path.operation_id, ChangesQuery(after=0, keys="", first=query.first))


@api.get("/operations/<int:operation_id>/board/part")
def board_part(path: OperationPath, query: PartQuery) -> BoardPart:
    """Answer the cards above a number, as many as one part holds: the rest of a board of which the first came."""

    def look() -> tuple[BoardPart, NewSights]:
        with reading() as view:
            part = boards.board_part(view.session, path.operation_id, above=query.above)
            new = boards.bands_not_yet_noted(view.session, path.operation_id, part.cards)
        return part, NewSights(path.operation_id, bands=tuple(new))

    return show(look, note_own_sights)


@api.get("/operations/<int:operation_id>/board/changes")
def board_changes(path: OperationPath, query: ChangesQuery) -> Board:
    """Answer the cards that changed after an event, or a fresh snapshot."""
    return _board(path.operation_id, query)


def _board(operation_id: int, query: ChangesQuery) -> Board:
    def look() -> tuple[Board, NewSights]:
        with reading() as view:
            board = boards.board_changes(
                view.session, operation_id, after=query.after, keys=query.keys, first=query.first
            )
            new = boards.bands_not_yet_noted(view.session, operation_id, board.cards)
        return board, NewSights(operation_id, bands=tuple(new))

    return show(look, note_own_sights)


@api.get("/operations/<int:operation_id>/leads")
def leads_off_board(path: OperationPath, query: OffBoardQuery) -> LeadsOffBoard:
    """Answer the leads of a stage that has no column on the board, highest number first, a page at a time."""
    with reading() as view:
        return boards.leads_off_board(view.session, path.operation_id, query.stage, before=query.before)
