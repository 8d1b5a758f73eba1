"""The front end's folders import only downwards, no import goes in a circle, and no template has a line that nobody can
review."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "frontend" / "src"
FLOORS = {"entries": 3, "board": 2, "lead": 2, "gallery": 2, "medium": 2, "page": 2, "shared": 1, "core": 0}
IMPORT = re.compile(r'(?:from|import)\s*\(?\s*"(\.[^"]+)"')


def imports() -> dict[Path, set[Path]]:
    files = [path for path in sorted(SOURCES.rglob("*.ts*")) if path.name.endswith((".ts", ".tsx"))]
    return {
        path: {found for spec in IMPORT.findall(path.read_text()) if (found := resolve(path, spec))} for path in files
    }


def resolve(path: Path, spec: str) -> Path | None:
    target = (path.parent / spec).resolve()
    return next(
        (file for ending in (".ts", ".tsx") if (file := target.with_name(target.name + ending)).is_file()), None
    )


def folder(path: Path) -> str:
    return path.relative_to(SOURCES).parts[0]


def test_folders_of_the_front_end_import_only_downwards() -> None:
    wrong = {
        f"{path.relative_to(SOURCES)} -> {target.relative_to(SOURCES)}"
        for path, targets in imports().items()
        for target in targets
        if folder(path) != folder(target) and FLOORS[folder(path)] <= FLOORS[folder(target)]
    }
    assert wrong == set()


def test_no_import_of_the_front_end_goes_in_a_circle() -> None:
    TopologicalSorter(imports()).prepare()


def test_a_browser_is_told_to_keep_nothing_of_any_form() -> None:
    """References of authorities, case numbers and names would be offered to whoever sits there next."""
    files = [*sorted((ROOT / "templates").glob("*.html")), *sorted(SOURCES.rglob("*.tsx"))]
    forms = [(path.name, form[0]) for path in files for form in re.finditer(r"<form\b[^>]*", path.read_text())]
    assert len(forms) > 60
    assert [name for name, form in forms if 'autocomplete="off"' not in form] == []


def test_no_template_has_a_line_over_120_characters() -> None:
    long = [
        f"{path.name}:{number}"
        for path in sorted((ROOT / "templates").glob("*.html"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 120
    ]
    assert long == []


def test_a_class_means_one_thing_whichever_style_sheets_a_page_loads() -> None:
    """The gallery's own box once took the tables of referrals and clues apart. What the islands add to the components is
    meant."""
    sheets: dict[str, set[str]] = {}
    for path in sorted((SOURCES / "styles").glob("*.css")):
        name = "components.css" if path.name == "islands.css" else path.name
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        for selectors in re.findall(r"(?:^|[{}])\s*([^{}@]+)\{", text):
            for selector in selectors.split(","):
                if re.fullmatch(r"\.[a-z0-9-]+", selector.strip()):
                    sheets.setdefault(selector.strip(), set()).add(name)
    assert len(sheets) > 200
    assert {name for name, found in sheets.items() if len(found) > 1} == set()


def test_a_dot_between_two_words_has_a_blank_before_it() -> None:
    """The engine takes the line's end behind a tag, and what stands before one."""
    lost = re.compile(r"%\}[ ]*\n\s*\{%-? (?:if|elif|for)[^%]*%\}·|\{%- (?:if|for)[^%]*%\}·")
    wrong = [
        f"{path.name}:{text[: found.start()].count(chr(10)) + 1}"
        for path in sorted((ROOT / "templates").glob("*.html"))
        for text in [path.read_text()]
        for found in lost.finditer(text)
    ]
    assert wrong == []
