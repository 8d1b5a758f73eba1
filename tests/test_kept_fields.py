"""Every field into which a person writes stands in a form that is kept, or on a short list with its reason."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FORM = re.compile(r"<form\b(.*?)(?<!=)>(.*?)</form>", re.DOTALL)
FIELD = re.compile(r"<(?P<tag>textarea|input)\b(?P<of>.*?)(?<!=)/?>|ui\.field\((?P<macro>.*?)\)\s*\}\}", re.DOTALL)
NO_TEXT = re.compile(r"""type\s*=\s*["'{]*(checkbox|radio|file|hidden|range|submit)\b""")
NAME = re.compile(r"""\b(?:id|name)=["'{`]+([^"'}`]+)|^\s*\(?\s*["']([\w-]+)""")

UNKEPT_FORMS = {
    ("templates/search.html", "s-words"): "it asks and changes nothing: what was asked stands in the address",
    ("templates/search_list.html", "n-from"): "it narrows a list and changes nothing: it stands in the address",
    ("templates/search_list.html", "n-to"): "it narrows a list and changes nothing: it stands in the address",
    ("templates/persons.html", "p-faces"): "it asks and changes nothing: what was asked stands in the address",
    ("templates/map.html", "m-person"): "it asks and changes nothing: what was asked stands in the address",
    ("templates/entries.html", "number"): "it asks and changes nothing: what was asked stands in the address",
    ("templates/account.html", "label"): "the name of a passkey, which is made with the same press",
    ("templates/invitation.html", "label"): "nobody is signed in yet whose it could be",
}
"""Fields of forms without a name, by file and field."""
UNKEPT_FIELDS = {
    ("templates/members.html", "code"): "a code that is read out and is good for three minutes",
    ("frontend/src/shared/kept-box.ts", "What you wrote"): "it shows what is kept",
}
"""Fields that say `data-unkept`."""
OUTSIDE_FORMS = {
    ("frontend/src/core/confirm.ts", "typed"): "the name that is typed to say yes",
    ("frontend/src/page/palette.ts", "palette"): "it finds and changes nothing",
    ("frontend/src/page/forms.ts", "shown"): "it shows a secret once",
    ("frontend/src/gallery/bulk.tsx", "propose-why"): "it belongs to chosen tiles, which no page keeps",
    ("frontend/src/gallery/facets.tsx", "text"): "it asks and changes nothing: what was asked stands in the address",
    ("frontend/src/gallery/facets.tsx", "name"): "it asks and changes nothing: what was asked stands in the address",
    ("frontend/src/gallery/giving.tsx", "give-to"): "it belongs to chosen tiles, which no page keeps",
    ("frontend/src/lead/opinion-form.tsx", "why"): "the opinion keeps itself (lead/draft.ts): it is more than fields",
    ("frontend/src/medium/box-fields.tsx", "box-${of"): "the numbers of a box that is drawn: no words",
}
"""Fields that stand in no form, or in one that another module keeps."""


def text_fields(source: str) -> list[str]:
    """The text fields in a piece of a template or of an island, by id or name."""
    found = []
    for match in FIELD.finditer(source):
        inside = match["macro"] or match["of"] or ""
        if match["tag"] != "textarea" and NO_TEXT.search(inside):
            continue
        name = NAME.search(inside)
        found.append((name[1] or name[2]) if name else inside.strip())
    return found


def files(folder: str, *endings: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*") if path.suffix in endings)


def test_every_text_field_of_a_template_stands_in_a_form_that_is_kept() -> None:
    unkept, seen = [], 0
    for path in files("templates", ".html"):
        source, name = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
        if path.name == "macros.html":
            continue
        for attributes, inside in FORM.findall(source):
            fields = text_fields(inside)
            seen += len(fields)
            if not re.search(r"data-(api|draft)=", attributes):
                unkept += [(name, field) for field in fields]
        outside = text_fields(FORM.sub("", source))
        # A macro of fields stands in the form that calls it.
        macros = "".join(re.findall(r"{% macro .*?{% endmacro %}", source, re.DOTALL))
        unkept += [(name, field) for field in outside if field not in text_fields(FORM.sub("", macros))]

    assert seen > 40
    assert sorted(set(unkept)) == sorted(UNKEPT_FORMS)


def test_every_text_field_of_an_island_stands_in_a_form_that_is_kept() -> None:
    unkept, seen = [], 0
    for path in files("frontend/src", ".tsx"):
        source, name = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
        for match in re.finditer(r"<form\b.*?</form>", source, re.DOTALL):
            fields = text_fields(match[0])
            seen += len(fields)
            if "data-draft=" not in match[0]:
                unkept += [(name, field) for field in fields]
        unkept += [(name, field) for field in text_fields(re.sub(r"<form\b.*?</form>", "", source, flags=re.DOTALL))]

    assert seen > 8
    assert unkept == [each for each in OUTSIDE_FORMS if each[0].endswith(".tsx")]


def test_a_field_that_scripts_make_or_that_is_not_to_be_kept_has_its_reason() -> None:
    made, unkept = set(), set()
    for path in files("frontend/src", ".ts", ".tsx"):
        source, name = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
        fields = re.findall(r'\bel\(\s*"(?:input|textarea)"(.*?)\}', source, re.DOTALL)
        if any("checkbox" not in each and '"file"' not in each for each in fields):
            made.add(name)
        if "data-unkept" in source and path.name != "keeping.ts":
            unkept.add(name)
    for path in files("templates", ".html"):
        if re.search(r"data[-_]unkept", path.read_text(encoding="utf-8")):
            unkept.add(str(path.relative_to(ROOT)))

    assert unkept == {name for name, _ in UNKEPT_FIELDS}
    assert made == {name for name, _ in [*OUTSIDE_FORMS, *UNKEPT_FIELDS] if name.endswith(".ts")}
