"""The search page: a face search that states its reason first, its list once it is on record, and a box for plain
words."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.queries import operations as queries
from workspace.queries.find_words import MOST_PERSONS, MOST_WORDS, find_words, own_persons
from workspace.queries.gallery import gallery_places
from workspace.queries.persons import MOST, alike_persons
from workspace.queries.probes import ProbePicture, probe_picture
from workspace.queries.search import (
    MOST_OPEN,
    MOST_RANKED,
    NO_FILTER,
    WHOLE,
    MadeSearch,
    made_search,
    open_searches,
    probe,
)
from workspace.queries.search_answer import Candidate, Probe, SearchAnswer
from workspace.rules.codes import AGE_BANDS
from workspace.web.context import may, reading
from workspace.web.places import name_of_country
from workspace.web.searching import NARROWED_BY, asked_by, look_again, narrowed_in
from workspace.web.words import word

pages = Blueprint("search", __name__)

OLD_GAP_YEARS, YOUNG_YEARS = 3, 3
"""Errors rise where the gap is over 3 years, and for faces under 3 years (docs/field.md, Leads and opinions)."""


@pages.get("/operations/<int:operation_id>/search")
def search(operation_id: int) -> str:
    """Show the form, the words found, and the list of a search that was made (`made`), narrowed as the address says,
    one of it beside the probe (`with`). `all` names the lists of which the rest is asked for: persons, alike, acts,
    words, searches, ranked."""
    whole = set(request.args.getlist("all"))

    def most(name: str, usual: int) -> int:
        return WHOLE if name in whole else usual

    words = request.args.get("q", "")[:200]
    narrowed = narrowed_in(request.args)
    with reading() as view:
        operation = queries.operation(view.session, operation_id)
        made, known, brought = _asked(view.session, operation_id)
        may_search = may(view, "search_faces", operation)
        hits = find_words(view.session, operation_id, words, most=most("words", MOST_WORDS))
        begins = known is None and brought is None and may_search
        persons = own_persons(view.session, operation_id, most=most("persons", MOST_PERSONS)) if begins else None
        may_merge = known is None and may(view, "merge_persons", operation)
        lengths = {"most_alike": most("alike", MOST), "most_acts": most("acts", MOST)}
        facts = {
            "operation": operation,
            "may_search": may_search,
            "may_open_lead": may(view, "open_found_lead", operation),
            "may_unite": may(view, "merge_persons", operation),
            "hits": hits,
            "persons": persons,
            "alike": alike_persons(view.session, operation_id, **lengths) if may_merge else None,
            "open_searches": open_searches(view.session, operation_id, most=most("searches", MOST_OPEN)),
            "choices": _choices(view.session, operation_id) if made else None,
        }
    found = None
    if made and made.is_valid and may_search:
        found = look_again(operation_id, asked_by(made, narrowed=narrowed, most=most("ranked", MOST_RANKED)))
    return render_template(
        "search.html",
        **facts,
        words=words,
        made=made,
        probe=known,
        brought=brought,
        found=found,
        is_whole="ranked" in whole,
        compared=_compared(found),
        narrowed={name: request.args.get(name, "") for name in NARROWED_BY},
        is_narrowed=narrowed != NO_FILTER,
        address=_address(made),
        old_gap_years=OLD_GAP_YEARS,
        young_years=YOUNG_YEARS,
    )


def _asked(session: Session, operation_id: int) -> tuple[MadeSearch | None, Probe | None, ProbePicture | None]:
    """The search, the face and the brought picture that the address names.

    Raises:
        NotFound: one of them does not exist for the viewer, or is another operation's.
    """
    made_id, face_id = request.args.get("made", type=UUID), request.args.get("face", type=UUID)
    made = made_search(session, made_id) if made_id else None
    chosen = (made.probe_face_id if not made.is_brought or made.is_valid else None) if made else face_id
    known = probe(session, chosen) if chosen else None
    brought_id = known.brought if known else request.args.get("probe", type=UUID)
    brought = probe_picture(session, brought_id) if brought_id else None
    if any(each is not None and each.operation_id != operation_id for each in (made, known, brought)):
        raise NotFound("There is no such face in this operation.")
    return made, known, brought


def _compared(found: SearchAnswer | None) -> Candidate | None:
    """The candidate that is looked at beside the probe. Only what the list ranks: a pair whose lead waits for an
    opinion is compared on that lead's page."""
    other = request.args.get("with", type=UUID)
    return next((each for each in found.ranked if each.face_id == other), None) if found and other else None


def _address(made: MadeSearch | None) -> str:
    """The query that shows the same list again, as it is narrowed."""
    kept = {name: request.args[name] for name in NARROWED_BY if request.args.get(name)}
    return "?" + urlencode(({"made": str(made.id)} if made else {}) | kept)


def _choices(session: Session, operation_id: int) -> dict[str, list[tuple[str, str]]]:
    """What the list can be narrowed to: value and label."""
    offered = gallery_places(session, operation_id)
    return {
        "country": [(each.country, each.country) for each in queries.countries(session, operation_id)],
        "exhibit": sorted((each.value, each.label) for each in offered if each.what == "exhibit"),
        "place": sorted((each.value, _place(each.value, each.label)) for each in offered if each.what == "place"),
        "quality": [
            ("good", word("quality", "good")),
            ("good,usable", _("Good or usable")),
            ("poor", word("quality", "poor")),
        ],
        "age": [(each, word("age_band", each)) for each in AGE_BANDS],
    }


def _place(code: str, label: str) -> str:
    """A country by its name; a region behind its country's."""
    country: str = _("in no country") if code == "sea" else name_of_country(code[:2])
    return f"{country} · {label}" if "-" in code else country
