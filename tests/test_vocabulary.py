"""Every code has one label and every label a code: the vocabulary against the database, the rules, the screens and the
catalogues."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import get_args

import pytest

from tests.support.sources import ROOT, sources, strings
from workspace.analysis.sandbox.limits import REASONS, UNSEEN
from workspace.commands.lines import REFUSALS
from workspace.exchange import figures
from workspace.host.catalogues import LOCALE, read_catalogue
from workspace.model import failed_jobs
from workspace.rules import codes, credentials, grades, jurisdiction, leads, qualifications, verdict
from workspace.rules.known import NOT_READ, SCHEMES
from workspace.rules.numbers import entry_number, lead_number, person_number, referral_number, series_number
from workspace.vocabulary import ANSWER_WITHIN, CALIBRATION, VOCABULARY, label
from workspace.web.messages import SCREEN_TABLES, ui_messages

COLUMNS: Mapping[str, str] = {
    "agency.kind": "agency_kind",
    "consent.what": "consent",
    "terms_change.setting": "terms_rule",
    "terms_proposal.setting": "terms_rule",
    "terms_proposal.ended_as": "proposal_end",
    "entry_end.what": "entry_step",
    "exhibit_change.what": "exhibit_changed",
    "exhibit_change.ground": "closing_ground",
    "register_entry.closed_as": "entry_step",
    "app_user.language": "language",
    "app_user.theme": "theme",
    "session.how": "session_how",
    "operation.state": "operation_state",
    "operation.handling_code": "handling",
    "face_search.purpose": "search_purpose",
    "probe.purpose": "search_purpose",
    "probe_face.quality_word": "quality",
    "membership.role": "role",
    "membership.standing": "standing",
    "vouch.how": "met_how",
    "qualification.competence": "qualification",
    "compartment.sharing": "sharing",
    "access_grant.scope": "access_scope",
    "exhibit.kind": "exhibit_kind",
    "exhibit.handling_code": "handling",
    "register.handling_code": "handling",
    "referral.package_code": "handling",
    "register_entry.sex": "sex",
    "person.age_band": "age_band",
    "face.quality_word": "quality",
    "media_item.best_quality": "quality",
    "media_item.clock": "file_clock",
    "grade_table.shipped": "grade_table",
    "proposal.kind": "proposal_kind",
    "proposal.answer": "proposal_answer",
    "media_mark.mark": "media_mark",
    "lead.holder_left": "holder_left",
    "lead.kind": "lead_kind",
    "series.triage": "series_column",
    "series.recency": "recency",
    "series_word.what": "series_word",
    "lead.stage": "lead_stage",
    "lead.band": "band",
    "jurisdiction_claim.ground": "ground",
    "jurisdiction_claim.competence": "competence",
    "corroboration.type": "corroboration",
    "corroboration.speaks": "speaks",
    "clue.what": "clue_what",
    "person_word.what": "person_word",
    "clue.result": "clue_result",
    "clue_act.result": "clue_result",
    "clue_card.what": "clue_what",
    "clue_card.state": "card_state",
    "clue_card.handling_code": "handling",
    "clue_card.result": "clue_result",
    "referral.competence": "competence",
    "referral.urgency": "urgency",
    "referral.state": "referral_state",
    "referral.package_state": "package_state",
    "ledger_entry.kind": "ledger_kind",
    "ledger_entry.age_band": "age_band",
    "ledger_entry.sex": "sex",
    "outcome.age_band": "age_band",
    "outcome.sex": "sex",
    "outcome.stage": "outcome_stage",
    "edition.kind": "edition_kind",
    "register_import.state": "import_state",
    "half_upload.failure": "upload_failure",
    "register_import.meaning": "known_meaning",
    "register_import.scheme": "case_scheme",
    "exhibit_case.scheme": "case_scheme",
    "known_list.meaning": "known_meaning",
    "known_category.meaning": "known_meaning",
    "known_hash.meaning": "known_meaning",
    "known_media.meaning": "known_meaning",
}
"""By column whose CHECK lists codes: the table that names them."""
WITHOUT_A_LABEL = {
    "proposal.played_by": "shown by a mark beside the name",
    "grade_table.played_by": "shown by a mark beside the name",
    "known_table.played_by": "shown by a mark beside the name",
    "known_category.played_by": "shown by a mark beside the name",
    "media_grade.played_by": "shown by a mark beside the name",
    "media_mark.played_by": "shown by a mark beside the name",
    "video_range.played_by": "shown by a mark beside the name",
    "video_still.played_by": "shown by a mark beside the name",
    "picture_tiles.state": "shown as a sentence below the picture",
    "video_copy.state": "shown as a sentence of the player",
    "video_still.state": "shown as a sentence beside the still",
    "thread_act.played_by": "shown by a mark beside the name",
    "face_act.played_by": "shown by a mark beside the name",
    "face_act.what": "shown as a sentence of the box",
    "face_act.state": "shown as a sentence of the box",
    "thread_act.what": "shown as a sentence of the thread",
    "comment_version.played_by": "shown by a mark beside the name",
    "ledger_act.what": "shown as a sentence of the ledger",
    "series_act.what": "shown as a sentence beside the series",
    "series_word.played_by": "shown by a mark beside the name",
    "series_join.what": "shown as a sentence of the series",
    "series_refusal.played_by": "a suggestion that is gone shows nobody",
    "series_join.played_by": "shown by a mark beside the name",
    "series_placement.played_by": "an event says who placed a person",
    "medium_placement.played_by": "an event says who placed media",
    "person_word.played_by": "shown by a mark beside the name",
    "clue.played_by": "shown by a mark beside the name",
    "clue_medium.played_by": "shown by a mark beside the name",
    "outside_result.played_by": "shown by a mark beside the name",
    "clue_card.played_by": "not shown: a card is its country's",
    "card_answer.what": "shown as a sentence of the card",
    "card_answer.played_by": "not shown: an answer is its country's",
    "clue_act.what": "shown as a sentence of the clue",
    "register_import.what": "each kind has its page",
    "half_upload.state": "shown as a sentence beside the file",
    "half_upload.packed": "each kind has its page",
    "half_upload.played_by": "not shown: what is half received is its agency's",
    "exhibit_case.played_by": "not shown: the case is its agency's",
    "register_import.played_by": "shown by a mark beside the name",
    "session.played_by": "shown by a mark beside the name",
    "event.played_by": "shown by a mark beside the name",
    "assessment.played_by": "shown by a mark beside the name",
    "erasure.played_by": "shown by a mark beside the name",
    "threshold.played_by": "shown by a mark beside the name",
    "threshold.confirmed_played_by": "shown by a mark beside the name",
    "difference.played_by": "shown by a mark beside the name",
    "difference.confirmed_played_by": "shown by a mark beside the name",
    "comment.played_by": "shown by a mark beside the name",
    "annotation.played_by": "shown by a mark beside the name",
    "jurisdiction_claim.played_by": "shown by a mark beside the name",
    "corroboration.played_by": "shown by a mark beside the name",
    "access_grant.played_by": "shown by a mark beside the name",
    "release_permission.played_by": "shown by a mark beside the name",
    "referral.played_by": "shown by a mark beside the name",
    "face_search.played_by": "shown by a mark beside the name",
    "probe.played_by": "not shown: a picture to search with is its owner's alone",
    "referral_release.played_by": "shown by a mark beside the name",
    "referral_release.confirmed_played_by": "shown by a mark beside the name",
    "referral.approved_played_by": "shown by a mark beside the name",
    "exercise_seat.played_by": "shown by a mark beside the name",
    "exercise_injection.kind": "shown as a sentence of the director's page",
    "challenge.purpose": "never shown",
    "record_check.state": "shown as a sentence of the record",
    "terms_change.what": "shown as a sentence of the terms",
    "terms_proposal.what": "shown as a sentence of the terms",
    "operation.tlp": "a code of an international protocol, never translated",
    "media_item.kind": "shown by a symbol with its own text",
    "media_item.state": "shown as a sentence of the intake report",
    "person.category": "not shown: nobody is called a victim by a machine",
    "sight.what": "shown as a sentence of the record",
    "presence.mode": "shown as a sentence of the lead's page",
    "job.state": "shown as a sentence of the overview",
    "probe.state": "shown as sentences of the search",
}
TUPLES: Mapping[str, Collection[str]] = {
    "language": codes.LANGUAGES,
    "theme": codes.THEMES,
    "scope": credentials.SCOPES,
    "sharing": codes.SHARINGS,
    "suggestion_ground": codes.SUGGESTION_GROUNDS,
    "handling": codes.HANDLING_CODES,
    "search_purpose": codes.SEARCH_PURPOSES,
    "search_set": codes.SEARCH_SETS,
    "category_scheme": SCHEMES,
    "exhibit_kind": codes.EXHIBIT_KINDS,
    "failed_work": failed_jobs.OF_FILES,
    "refusal": {*REFUSALS, *REASONS},
    "basis_end": leads.BASIS_ENDS,
    "referral_end": leads.REFERRAL_ENDS,
    "waits_because": ("second_person", *leads.HOLDER_LEFT),
    "unseen": (*UNSEEN, NOT_READ),
    "age_band": figures.AGES_COUNTED,
    "grade_table": grades.SHIPPED,
    "media_mark": codes.MEDIA_MARKS,
    "sex": codes.SEXES,
    "opinion": [str(level) for level in (*verdict.SAME, 3, *verdict.DIFFERENT)],
    "opinion_without_face": [str(level) for level in (*verdict.SAME, 3, *verdict.DIFFERENT)],
    "opinion_on_clue": [str(level) for level in (*verdict.SAME, 3, *verdict.DIFFERENT)],
    "feature": verdict.FEATURES,
    "judgement": verdict.ANSWERS,
    "suitability": verdict.SUITABILITIES,
    "validity": get_args(qualifications.Validity),
    "competence": jurisdiction.COMPETENCES,
    "ground": jurisdiction.GROUNDS,
    "urgency": jurisdiction.ANSWER_WITHIN,
    "answer_within": jurisdiction.ANSWER_WITHIN,
    "outcome_stage": codes.OUTCOME_STAGES,
}
"""By table: the codes that the rules, commands and papers know."""
LITERALS: Mapping[str, tuple[str, ...]] = {
    "role": ("workspace/queries/operations.py",),
    "lead_stage": ("workspace/rules/leads.py", "frontend/src/shared/answers.ts"),
    "stuck": ("workspace/queries/overview/stuck.sql",),
    "clock": ("workspace/queries/overview/clocks.sql",),
    "recency": ("workspace/commands/series_work.py",),
    "series_column": ("workspace/queries/series_board.py",),
    "waits": ("workspace/queries/waiting/waiting.sql",),
    "bearing": ("workspace/rules/leads.py", "frontend/src/shared/answers.ts"),
    "package_failure": ("workers/packages.py",),
    "intake_failure": ("workspace/store/objects.py", "workspace/intake/reception.py", "workspace/commands/intake.py"),
}
"""By table: the files in which its codes that no tuple and no CHECK lists stand as literals."""
NO_LABELS = {
    "workspace/exchange/register.py: height_cm: : use whole centimetres, 20 to 250",
    "workspace/web/errors.py: missing: needed",  # a field that is missing in a request
    "frontend/src/board/bar.tsx: returned: Returned",
    "frontend/src/lead/referrals.tsx: shown: {agency} · nobody can sign in",  # what stands shown there
    "templates/search.html: exhibit: Exhibit",
}
"""Texts that stand beside a word which is a code elsewhere: the names of the board's filters, the kinds of hits."""
OPEN = {"register_detail": "a register may name any detail; the usual ones have a label"}


def checked_values() -> dict[str, set[str]]:
    """By `table.column`: the codes that the database accepts, from all migrations."""
    found: dict[str, set[str]] = {}
    migrations = ROOT / "migrations" / "versions"
    for path in sorted([*migrations.rglob("*.sql"), *migrations.rglob("*.py")]):
        table = ""
        text = path.read_text(encoding="utf-8")
        for part in re.finditer(r"(?:create (?:unlogged )?|alter )table (\w+)|check \((\w+) in \(('[^)]*)\)\)", text):
            if part[1]:
                table = part[1]
            else:
                found[f"{table}.{part[2]}"] = set(re.findall(r"'([^']*)'", part[3]))
    return found


def _known(table: str) -> set[str]:
    """The codes of a table that the database and the rules know, and the literals of its files among its own codes."""
    codes = {code for column, name in COLUMNS.items() if name == table for code in checked_values()[column]}
    texts = " ".join((ROOT / path).read_text(encoding="utf-8") for path in LITERALS.get(table, ()))
    return (
        codes
        | set(TUPLES.get(table, ()))
        | {code for code in VOCABULARY[table] if re.search(rf"[\"'`]{code}[\"'`]", texts)}
    )


def test_every_column_of_codes_has_its_labels_or_a_reason() -> None:
    assert set(checked_values()) == set(COLUMNS) | set(WITHOUT_A_LABEL)


@pytest.mark.parametrize("table", sorted(set(VOCABULARY) - set(OPEN)))
def test_every_code_has_a_label_and_every_label_a_code(table: str) -> None:
    assert set(VOCABULARY[table]) == _known(table)


def test_the_screens_offer_codes_in_the_order_of_the_rules() -> None:
    """A list of choices in TypeScript is the order of its labels."""
    offered = {"feature": verdict.FEATURES, "ground": jurisdiction.GROUNDS, "competence": jurisdiction.COMPETENCES}
    assert {name: tuple(ui_messages("es")["words"][name]) for name in offered} == offered


def test_no_code_is_worded_twice() -> None:
    """A label stands in the vocabulary alone: no other source gives a code words of its own."""
    assert worded_again() == []


def worded_again() -> list[str]:
    """Wherever a code that has a label stands before a marked text, as in `"claimed": _("Claimed")` or `claimed: () =>
    t("Held")`.

    A whole sentence about a code, which ends with a full stop, is no label.
    """
    codes = {code for table in VOCABULARY.values() for code in table if not code.isdigit()}
    text = r"\(\s*(?P<quote>[\"'])(?P<text>(?:(?!(?P=quote)).)*)"
    python = rf"[\"'](?P<code>\w+)[\"']\s*:\s*(?:_|_l|N_|Text|gettext|lazy_gettext){text}"
    screens = rf"\b[\"']?(?P<code>\w+)[\"']?\s*:\s*(?:\(\)\s*=>\s*)?t{text}"
    files = [(path, python) for path in ROOT.joinpath("workspace").rglob("*.py") if path.name != "vocabulary.py"]
    files += [(path, python) for folder in ("workers", "templates") for path in ROOT.joinpath(folder).rglob("*.*")]
    files += [(path, screens) for path in ROOT.joinpath("frontend", "src").rglob("*.ts*")]
    return [
        f"{path.relative_to(ROOT)}: {found['code']}: {found['text']}"
        for path, pattern in files
        if path.suffix in (".py", ".html", ".ts", ".tsx")
        for found in re.finditer(pattern, path.read_text(encoding="utf-8"))
        if found["code"] in codes
        and not found["text"].endswith(".")
        and f"{path.relative_to(ROOT)}: {found['code']}: {found['text']}" not in NO_LABELS
    ]


def test_the_screens_get_exactly_the_tables_that_they_ask_for() -> None:
    screens = {path: path.read_text(encoding="utf-8") for path in (ROOT / "frontend" / "src").rglob("*.ts*")}
    declared = re.search(r"type WordTable =([^;]*);", screens.pop(ROOT / "frontend" / "src" / "core" / "i18n.ts"))
    asked = set(re.findall(r"\bword\(\s*\"(\w+)\"", " ".join(screens.values())))
    asked |= {"opinion", "opinion_without_face"}  # chosen by the lead's kind

    assert declared is not None
    assert set(re.findall(r"\"(\w+)\"", declared[1])) == set(SCREEN_TABLES)
    assert asked == set(SCREEN_TABLES)


@pytest.mark.parametrize("language", sorted(VOCABULARY["language"]))
def test_the_screens_get_every_label_in_the_language_of_the_page(language: str) -> None:
    words = ui_messages(language)["words"]

    assert {table: set(labels) for table, labels in words.items()} == {
        table: set(VOCABULARY[table]) for table in SCREEN_TABLES
    }
    assert words["lead_stage"]["claimed"] == {"en": "Claimed", "es": "Asumida"}[language]


def test_a_page_asks_for_tables_that_are_there() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")]
    asked = {
        name
        for text in texts
        for name in re.findall(r"\bword\(\s*[\"'](\w+)[\"']|\bvocabulary\.(\w+)", text)
        for name in name
        if name
    }
    asked |= {
        strings(call)[0]
        for source in sources("workspace")
        for call in source.calls
        if isinstance(call.func, ast.Name) and call.func.id in ("word", "label") and strings(call)
    }

    assert len(asked) > 25
    assert sorted(asked - set(VOCABULARY)) == []
    assert sorted(set(VOCABULARY) - asked - set(SCREEN_TABLES)) == []


def test_the_time_to_answer_is_that_of_the_rules() -> None:
    hours = {"hour": 1, "day": 24}

    for urgency, words in ANSWER_WITHIN.items():
        number, unit = words.split()
        assert timedelta(hours=int(number) * hours[unit.removesuffix("s")]) == jurisdiction.ANSWER_WITHIN[urgency]


def test_labels_of_one_table_differ_in_every_language() -> None:
    """Two codes that read alike could not be told apart in a list of choices."""
    apart = {"outcome_stage": [("V3", "O1")]}
    catalogue = read_catalogue(LOCALE / "es" / "LC_MESSAGES" / "messages.po")
    for table, labels in VOCABULARY.items():
        alike = {code for pair in apart.get(table, ()) for code in pair[1:]}
        shown = [text for code, text in labels.items() if code not in alike]
        spanish = [str(found.string) if (found := catalogue.get(text)) else text for text in shown]
        assert len(set(shown)) == len(shown), table
        assert len(set(spanish)) == len(spanish), table


def test_a_code_without_a_label_stands_for_itself() -> None:
    assert (label("lead_stage", "open"), label("register_detail", "shoe size")) == ("Open", "shoe size")


def test_numbers_are_written_in_one_place_per_language() -> None:
    """L-0001 and its like: workspace/rules/numbers.py, the filters of templates that are its functions, and
    shared/numbers.ts."""
    homes = {"workspace/rules/numbers.py", "frontend/src/shared/numbers.ts"}
    form = re.compile(r"%0[34]d|:0[34]d\}|padStart\(4|lpad\(|\b[LRPSV]-(?:\{|\$\{|%|')")
    folders = {"workspace": ".py", "migrations": ".sql", "templates": ".html", "frontend/src": ".ts", "workers": ".py"}
    found = {
        path.relative_to(ROOT).as_posix()
        for folder, ending in folders.items()
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (ending, f"{ending}x", ".sql") and form.search(path.read_text(encoding="utf-8"))
    }

    assert found == homes


def test_things_are_called_by_their_numbers() -> None:
    assert [lead_number(7), referral_number(70), person_number(700), series_number(70000)] == [
        "L-0007",
        "R-0070",
        "P-0700",
        "S-70000",
    ]
    assert [entry_number(7, "victim"), entry_number(70, "offender")] == ["V-007", "O-070"]


def test_the_words_of_the_calibration_that_comes_with_concord_are_in_the_catalogues() -> None:
    shipped = json.loads((ROOT / "workspace" / "analysis" / "pack_files" / "calibration.json").read_text())

    assert (shipped["measured"], shipped["not_measured"]) == CALIBRATION
