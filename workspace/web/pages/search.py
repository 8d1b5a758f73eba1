"""The search page: a face search that states its reason first, its list once it is on record, and a box for plain
words."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request

from workspace.errors import NotFound
from workspace.queries import operations as queries
from workspace.queries.find_words import MOST_PERSONS, MOST_WORDS, find_words, own_persons
from workspace.queries.persons import MOST, alike_persons
from workspace.queries.search import MOST_RANKED, WHOLE, made_search, probe
from workspace.web.context import may, reading
from workspace.web.searching import look_again

pages = Blueprint("search", __name__)

OLD_GAP_YEARS, YOUNG_YEARS = 3, 3
"""Errors rise where the gap is over 3 years, and for faces under 3 years (docs/field.md, Leads and opinions)."""


@pages.get("/operations/<int:operation_id>/search")
def search(operation_id: int) -> str:
    """Show the form, the words found, and the list of a search that was made (`made`), one of it beside the probe
    (`with`). `all` names the lists of which the rest is asked for: persons, alike, acts, words, ranked."""
    whole = set(request.args.getlist("all"))

    def most(name: str, usual: int) -> int:
        return WHOLE if name in whole else usual

    words = request.args.get("q", "")[:200]
    made_id, face_id = request.args.get("made", type=UUID), request.args.get("face", type=UUID)
    other_id = request.args.get("with", type=UUID)
    with reading() as view:
        operation = queries.operation(view.session, operation_id)
        made = made_search(view.session, made_id) if made_id else None
        chosen = made.probe_face_id if made else face_id
        known = probe(view.session, chosen) if chosen else None
        if any(each is not None and each.operation_id != operation_id for each in (made, known)):
            raise NotFound("There is no such face in this operation.")
        may_search = may(view, "search_faces", operation)
        may_open_lead = may(view, "open_found_lead", operation)
        hits = find_words(view.session, operation_id, words, most=most("words", MOST_WORDS))
        begins = known is None and may_search
        persons = own_persons(view.session, operation_id, most=most("persons", MOST_PERSONS)) if begins else None
        may_merge = known is None and may(view, "merge_persons", operation)
        lengths = {"most_alike": most("alike", MOST), "most_acts": most("acts", MOST)}
        alike = alike_persons(view.session, operation_id, **lengths) if may_merge else None
    found = (
        look_again(operation_id, made.probe_face_id, min_score=made.threshold, most=most("ranked", MOST_RANKED))
        if made and made.is_valid and may_search
        else None
    )
    # Only what the list ranks: a pair whose lead waits for an opinion is compared on that lead's page.
    compared = next((each for each in found.ranked if each.face_id == other_id), None) if found and other_id else None
    return render_template(
        "search.html",
        operation=operation,
        words=words,
        hits=hits,
        persons=persons,
        alike=alike,
        made=made,
        probe=known,
        may_search=may_search,
        may_open_lead=may_open_lead,
        found=found,
        is_whole="ranked" in whole,
        compared=compared,
        old_gap_years=OLD_GAP_YEARS,
        young_years=YOUNG_YEARS,
    )
