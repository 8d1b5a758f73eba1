"""Pages of clue cards: their board, one card, and where a card is made."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workspace.errors import NotFound
from workspace.queries import cards as queries
from workspace.queries import operations
from workspace.queries.cards import CardOfClue
from workspace.rules.cards import STRICT_CODES
from workspace.web.context import may, reading

pages = Blueprint("cards", __name__)


@pages.get("/operations/<int:operation_id>/cards")
def cards(operation_id: int) -> str:
    """Show the board of cards, by what came of them."""
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        found = queries.cards(view.session, operation_id)
    return render_template("cards.html", operation=operation, columns=_columns(found), cards=found)


def _columns(found: Sequence[CardOfClue]) -> dict[str, list[CardOfClue]]:
    """The cards by the column in which they stand."""
    columns: dict[str, list[CardOfClue]] = {"check": [], "asked": [], "tips": [], "country": [], "eliminated": []}
    for card in found:
        shown = card.result or ("tips" if card.tips else "asked")
        columns[shown if card.state == "shown" else "check"].append(card)
    return columns


@pages.get("/operations/<int:operation_id>/cards/<uuid:card_id>")
def card(operation_id: int, card_id: UUID) -> Response | str:
    """Show a card: check it, answer it, read what came back."""
    with reading() as view:
        found = queries.card_page(view.session, card_id)
        if found.operation_id != operation_id:
            return redirect(url_for("cards.card", operation_id=found.operation_id, card_id=card_id), code=303)
        operation = operations.operation(view.session, operation_id)
        opens = found.card.opens_clue
        may_check = (
            opens and found.card.state == "made" and not found.card.is_mine and may(view, "check_card", operation)
        )
        is_theirs = found.card.is_mine or found.is_owners
        may_withdraw = opens and is_theirs and found.card.state != "withdrawn" and may(view, "withdraw_card", operation)
        may_answer = found.card.state == "shown" and may(view, "answer_card", operation)
    return render_template(
        "card.html",
        operation=operation,
        card=found.card,
        answers=found.answers,
        may_check=may_check,
        may_withdraw=may_withdraw,
        may_answer=may_answer,
        is_strict=found.card.handling_code in STRICT_CODES,
    )


@pages.get("/operations/<int:operation_id>/leads/<uuid:lead_id>/card")
def new_card(operation_id: int, lead_id: UUID) -> str:
    """Make a card of a clue: of its side's medium, or of a further one (`media`)."""
    media = request.args.get("media", type=UUID)
    with reading() as view:
        source = queries.card_source(view.session, lead_id, media)
        if source.operation_id != operation_id:
            raise NotFound("There is no such clue.")
        operation = operations.operation(view.session, operation_id)
        may_make = may(view, "make_card", operation)
    return render_template("card_new.html", operation=operation, source=source, may_make=may_make)
