"""Every text of the program is in the catalogues, translated, with its values; nothing in templates or screens stands
beside them."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from babel.messages.catalog import Catalog
from jinja2 import nodes

from workspace.host.catalogues import (
    LOCALE,
    MET_BY_THE_WEB,
    REFUSALS,
    NotLiteral,
    called,
    open_messages,
    read_catalogue,
    template_catalogue,
    texts_of_python,
    texts_of_screens,
    texts_of_template,
    updated,
    write_catalogue,
)
from workspace.host.setup import compile_catalogues
from workspace.rules.codes import LANGUAGES
from workspace.settings import ROOT
from workspace.web.messages import ui_messages

TRANSLATED = [language for language in LANGUAGES if language != "en"]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCREENS = sorted((ROOT / "frontend" / "src").rglob("*.tsx"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")
WORDS = re.compile(r"[^\W\d_]{2,}")
NO_WORDS = {"Concord", "TLP", "UTC", "Ctrl", "px", "EC", "PE", "CL"}
"""What is the same in every language: names, codes, units, the keys of a keyboard."""
NO_TEXTS = {("board.html", "fixed"), ("lead.html", "fixed"), ("gallery.html", "fixed")}
"""Between tags, but no text: the class of the body."""
SAID_ATTRIBUTES = {"alt", "title", "aria-label", "aria-description", "placeholder", "label", "data-confirm"}


def _po(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "messages.po"


@pytest.fixture(scope="module")
def template() -> Catalog:
    return template_catalogue()


def _forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [])


def test_every_language_that_is_offered_has_a_catalogue_and_the_other_way_round() -> None:
    assert sorted(path.parents[1].name for path in LOCALE.rglob("*.po")) == sorted(TRANSLATED)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_exactly_the_texts_of_the_sources(language: str, template: Catalog) -> None:
    catalogue = read_catalogue(_po(language))
    known, wanted = ({str(message.id) for message in each if message.id} for each in (catalogue, template))

    assert sorted(wanted - known) == [], "run: make messages"
    assert sorted(known - wanted) == [], "run: make messages"
    assert not catalogue.obsolete


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_screens_get_every_text_they_ask_for(language: str, template: Catalog) -> None:
    asked = {
        _forms(message.id)[0]
        for message in template
        if any(place.startswith("frontend/") for place, _ in message.locations)
    }

    assert len(asked) > 300
    assert sorted(asked - ui_messages(language)["messages"].keys()) == [], "run: make messages"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_none_in_doubt(language: str) -> None:
    catalogue = read_catalogue(_po(language))

    assert open_messages(catalogue) == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_values_of_its_source(language: str) -> None:
    wrong = []
    for message in read_catalogue(_po(language)):
        sources, targets = _forms(message.id), _forms(message.string)
        for source, target in zip(sources, targets, strict=True):
            if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(target)):
                wrong.append(f"{source} / {target}")
            if message.id and (source[:1].isspace() or source[-1:].isspace()):
                wrong.append(f"«{source}» begins or ends with a space")

    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_codes_and_marks_stay_as_they_are(language: str) -> None:
    codes = re.compile(r"\b(?:TLP|SHA-256|ISO 3166(?:-1)?|CSV|JSON|P1|[VO][1-5])\b")

    for message in read_catalogue(_po(language)):
        for source, target in zip(_forms(message.id), _forms(message.string), strict=True):
            if message.id:
                assert sorted(codes.findall(source)) == sorted(codes.findall(target)), source


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_is_written_the_same_way_every_time(language: str, template: Catalog, tmp_path: Path) -> None:
    written = tmp_path / language / "LC_MESSAGES" / "messages.po"
    write_catalogue(written, updated(read_catalogue(_po(language)), template))
    first = written.read_bytes()
    write_catalogue(written, updated(read_catalogue(written), template))

    assert written.read_bytes() == first
    assert b"Date" not in first.split(b"\n\n")[0]
    assert not re.search(rb"^#: .*(?:/work|/home|:\d)", first, re.MULTILINE)


def test_a_changed_source_loses_its_translation_and_a_gone_one_goes(template: Catalog) -> None:
    old, new = Catalog(locale="es"), Catalog()
    old.add("Kept", "Queda")
    old.add("Changed a little", "Cambió")
    old.add("Doubtful", "Dudosa", flags=["fuzzy"])
    for source in ("Kept", "Changed a little now", "Doubtful"):
        new.add(source)

    found = updated(old, new)

    assert {str(message.id): message.string for message in found if message.id and message.string} == {"Kept": "Queda"}
    assert open_messages(found) == ["Changed a little now", "Doubtful"]


# What the extraction finds


def test_texts_of_screens_are_found_wherever_they_stand() -> None:
    source = """
      /* t("not this") */
      // t("nor this")
      export const A = () => <p title={t("A title")}>it's {t('one with "quotes"')} {tn("{n} place", "{n} places", n, { n })}</p>;
      const B = rich(`plain`, { x: <b>{t(
        "over \\u00abtwo\\u00bb lines",
        { n: 1 },
      )}</b> });
      obj.t("a method of something else"); split("no");
    """

    assert [message for _line, message in texts_of_screens(source)] == [
        "A title",
        'one with "quotes"',
        ("{n} place", "{n} places"),
        "plain",
        "over «two» lines",
    ]


@pytest.mark.parametrize("call", ["t(word)", "t(`a ${b}`)", 'tn("one", many)', 'rich(x ? "a" : "b")'])
def test_a_text_that_no_catalogue_can_hold_is_a_fault(call: str) -> None:
    with pytest.raises(NotLiteral, match="line 1"):
        list(texts_of_screens(call))


def test_texts_of_python_are_found_with_refusals_and_faults() -> None:
    source = """
      raise Invalid("The {thing} " "is wrong.", thing=1, faults=[Fault("name", "too long"), Text("all of it")])
      _(variable); _l("lazy"); ngettext("%(num)d day", "%(num)d days", n); errors.Held("held")
      class LeadHeld(Event, says="held the lead"): pass
    """.replace("\n      ", "\n")

    assert [message for _line, message in texts_of_python(source)] == [
        "held the lead",
        "The {thing} is wrong.",
        "lazy",
        ("%(num)d day", "%(num)d days"),
        "held",
        "too long",
        "all of it",
    ]
    assert "held" not in [message for _line, message in texts_of_python(source, with_refusals=False)]


def test_texts_of_templates_are_found_with_their_forms() -> None:
    source = b'<p title="{{ _("A title") }}">{{ ngettext("%(num)d lead", "%(num)d leads", n) }}</p>'

    assert [message for _line, message in texts_of_template(source)] == ["A title", ("%(num)d lead", "%(num)d leads")]


# What stands beside the catalogues


def test_the_places_whose_refusals_the_web_can_meet_are_there() -> None:
    assert [name for name in MET_BY_THE_WEB if not (ROOT / "workspace" / name).is_dir()] == []


def test_every_refusal_that_the_web_can_meet_is_a_sentence_of_the_catalogues() -> None:
    """A text put together at run time could not be said in another language."""
    put_together = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "workspace").rglob("*.py"))
        if path.relative_to(ROOT).with_suffix("").parts[1] in MET_BY_THE_WEB
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and (called(node) in REFUSALS or called(node) in ("Text", "_", "_l"))
        if node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    ]

    assert put_together == []


class _Said(HTMLParser):
    """The texts of a page that are read or heard."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unsaid = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unsaid += tag in ("script", "style")
        self.found += [value for name, value in attrs if value and name in SAID_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        self._unsaid -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._unsaid and data.strip():
            self.found.append(data.strip())


def _has_words(text: str) -> bool:
    return bool(set(WORDS.findall(text)) - NO_WORDS)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_past_gettext(path: Path) -> None:
    page = _Said()
    page.feed(re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL))

    assert [text for text in page.found if _has_words(text) and (path.name, text) not in NO_TEXTS] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_an_expression_of_a_template_says_nothing_past_gettext(path: Path) -> None:
    """Sentences and capitalised words among the constants that are put out, as in `{{ "Yes" if … }}`."""
    parsed = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(path.read_text(encoding="utf-8"))
    said = [text for output in parsed.find_all(nodes.Output) for node in output.nodes for text in _put_out(node)]

    assert [text for text in said if re.search(r"[A-Z][a-z]|[a-z] [a-z]", text)] == []


def _put_out(node: nodes.Node | None) -> list[str]:
    """The constants that an expression itself becomes; not the arguments of its calls."""
    if isinstance(node, nodes.Const):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, nodes.CondExpr):
        return _put_out(node.expr1) + _put_out(node.expr2)
    if isinstance(node, nodes.BinExpr):
        return _put_out(node.left) + _put_out(node.right)
    if isinstance(node, nodes.Concat):
        return [text for each in node.nodes for text in _put_out(each)]
    return []


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.name)
def test_a_screen_says_nothing_past_t(path: Path) -> None:
    source = re.sub(r"/\*.*?\*/|^\s*//[^\n]*", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    between_tags = re.findall(r"(?:[\"'\w}]|/)>([^<>{}();=&|?]*)(?=<|\{)", source)
    attributes = re.findall(rf"\b(?:{'|'.join(SAID_ATTRIBUTES)})\"?[=:]\s*[\"']([^\"'\n]*)[\"']", source)
    said = [
        text for text in (*between_tags, *attributes) if _has_words(text) and not re.fullmatch(r"\s*,\s*\w+:\s*", text)
    ]

    assert said == []


def test_a_catalogue_is_compiled_for_python() -> None:
    compile_catalogues()

    for language in TRANSLATED:
        assert _po(language).with_suffix(".mo").stat().st_mtime_ns >= _po(language).stat().st_mtime_ns


def test_what_is_written_outside_the_web_is_said_in_the_same_words() -> None:
    from workspace.errors import Fault, Text
    from workspace.translations import translator

    compile_catalogues()
    spanish = translator("es")
    fault = Fault(Text("line {line}", line=3), "{field} is empty", field="number")

    assert fault == "line 3: number is empty"
    assert fault.said(spanish) == "línea 3: number está vacío"
    assert Text("{country} · {role}", country="EC", role=Text("Country lead")).said(spanish) == "EC · Jefatura del país"
    assert fault.said(translator("xx")) == fault
