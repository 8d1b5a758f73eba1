"""What TypeScript says in one language: the translations of its own sentences, and the labels of the codes that it
shows.

Both come from the gettext catalogue that pages use, so that nothing is worded in TypeScript but its sentences.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from gettext import c2py  # the standard library's own evaluator of plural formulas
from pathlib import Path
from typing import TypedDict

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from workspace.settings import ROOT
from workspace.vocabulary import VOCABULARY

CATEGORIES = ("zero", "one", "two", "few", "many", "other")
"""CLDR's plural categories, in the order in which TypeScript looks forms up."""

SCREEN_TABLES = (
    "age_band",
    "answer_within",
    "band",
    "basis_end",
    "holder_left",
    "bearing",
    "card_state",
    "case_scheme",
    "clue_result",
    "clue_what",
    "competence",
    "corroboration",
    "entry_step",
    "exhibit_kind",
    "feature",
    "file_clock",
    "ground",
    "judgement",
    "known_meaning",
    "lead_kind",
    "lead_stage",
    "media_mark",
    "opinion",
    "opinion_on_clue",
    "opinion_without_face",
    "outcome_stage",
    "package_state",
    "quality",
    "referral_state",
    "refusal",
    "register_detail",
    "role",
    "search_purpose",
    "sex",
    "speaks",
    "suitability",
    "unseen",
    "upload_failure",
    "urgency",
)
"""The tables of workspace/vocabulary.py from which the screens show labels."""


class ScreenMessages(TypedDict):
    """By English source a text, or a list of forms in the order of `CATEGORIES`; by table and code a label."""

    messages: dict[str, str | list[str]]
    words: dict[str, dict[str, str]]


@cache
def ui_messages(language: str) -> ScreenMessages:
    """All that the screens say in this language; in English the labels alone, because English is the source."""
    path = ROOT / "locale" / language / "LC_MESSAGES" / "messages.po"
    catalogue = _read(path, language) if path.is_file() else Catalog()
    return {"messages": screen_messages(catalogue), "words": screen_words(catalogue)}


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def screen_words(catalogue: Catalog) -> dict[str, dict[str, str]]:
    """The labels of the screens' codes in the catalogue's language, in English where it has none."""
    return {
        name: {code: _said(catalogue, source) for code, source in VOCABULARY[name].items()} for name in SCREEN_TABLES
    }


def _said(catalogue: Catalog, source: str) -> str:
    message = catalogue.get(source)
    return str(message.string) if message and message.string and not message.fuzzy else source


def screen_messages(catalogue: Catalog) -> dict[str, str | list[str]]:
    """What a catalogue holds for the screens; untranslated and doubtful messages are left out."""
    said: dict[str, str | list[str]] = {}
    for message in catalogue:
        if message.id and message.string and not message.fuzzy and _is_for_screens(message):
            source = message.id if isinstance(message.id, str) else message.id[0]
            said[source] = message.string if isinstance(message.string, str) else _forms(catalogue, message.string)
    return said


def _is_for_screens(message: Message) -> bool:
    return any(place.startswith("frontend/") for place, _ in message.locations)


def _forms(catalogue: Catalog, strings: tuple[str, ...] | list[str]) -> list[str]:
    """gettext numbers a language's forms by a formula; TypeScript asks for CLDR's categories."""
    plural = Locale.parse(str(catalogue.locale)).plural_form
    names = list(dict.fromkeys(plural(n) for n in range(200)))
    by_name = {name: next(n for n in range(200) if plural(n) == name) for name in names}
    formula: Callable[[int], int] = c2py(catalogue.plural_expr)
    return [
        strings[min(formula(by_name[name]), len(strings) - 1)] if name in by_name else strings[-1]
        for name in CATEGORIES
    ]
