"""How the tree stands: what a newcomer meets, counted (`make house`). Reads sources only; no server, no database.

Prints a table with each goal, and one JSON object as its last line. Exit code 1 if a goal is missed.
"""

from __future__ import annotations

import ast
import json
import re
import statistics
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from flask_openapi3 import OpenAPI

from tests.support.sources import ROOT, Source, ours, sources
from tests.test_add_a_command import MOST_FILES, MOST_PLACES, ROWS
from tests.test_architecture import MAY_IMPORT
from tests.test_vocabulary import worded_again
from workspace.model.database import Database
from workspace.settings import read_settings
from workspace.web.app import create_app
from workspace.web.document import document

LONG = 120
"""Characters of a line beyond which a reviewer scrolls."""
PRODUCT = ("workspace", "workers")


@dataclass(frozen=True)
class Measure:
    """One figure of the tree and the most that it may be; None where nothing was promised."""

    name: str
    value: float
    goal: float | None


def main() -> int:
    """Measure, print, and say by the exit code whether every goal is met."""
    measures = [*_layout(), *_facts(), *_answers(), *_lines(), *_functions(), *_command()]
    for measure in measures:
        goal = "" if measure.goal is None else f"goal at most {measure.goal:g}"
        print(f"{measure.name:38}{measure.value:>8g}  {goal}".rstrip())
    print(json.dumps({measure.name: measure.value for measure in measures}))
    return int(any(measure.goal is not None and measure.value > measure.goal for measure in measures))


def _layout() -> Iterator[Measure]:
    loose = [path for path in (ROOT / "workspace").glob("*.py") if path.name != "__init__.py"]
    floors = {area: number for number, area in enumerate(MAY_IMPORT)}
    back_up = [
        (source.path, name)
        for source in sources()
        for name in source.imports
        if (area := ours(name)) is not None and area != source.area and floors[area] > floors[source.area]
    ]
    yield Measure("loose_modules", len(loose), 6)
    yield Measure("imports_back_up", len(back_up), 0)
    yield Measure("circles", len(_circles(_module_imports())), 0)
    yield Measure("codes_worded_again", len(worded_again()), 0)


def _module_imports() -> dict[str, set[str]]:
    """By module of ours: the modules of ours that it imports when it is loaded."""
    modules = {
        ".".join(Path(source.path).with_suffix("").parts).removesuffix(".__init__"): source for source in sources()
    }
    return {name: set(_loaded(source, modules)) - {name} for name, source in modules.items()}


def _loaded(source: Source, modules: dict[str, Source]) -> Iterator[str]:
    for node in source.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (
                name if name in modules else node.module for name in whole if name in modules or node.module in modules
            )
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)


def _circles(imports: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that load each other, found by walking up from each module (a package's face aside)."""
    reached = {name: _reach(name, imports) for name in imports}
    together = {tuple(sorted(other for other in reached[name] if name in reached[other])) for name in imports}
    return [list(group) for group in sorted(together) if len(group) > 1]


def _reach(start: str, imports: dict[str, set[str]]) -> set[str]:
    seen, waiting = {start}, [start]
    while waiting:
        for name in imports.get(waiting.pop(), ()):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen


FACTS: dict[str, tuple[str, str]] = {
    "who is an examiner": (r"[\"']country_lead[\"'],\s*[\"']specialist[\"']", "workspace/rules/roles.py"),
    "what a stage allows": (
        r"(?<!assessed[\"'], )[\"']verified[\"'],\s*[\"']referred[\"']",
        "workspace/rules/leads.py",
    ),
    "opinions at most": (r"\bopinions\b\W{1,6}(<|>=)\s*3\b", "workspace/rules/verdict.py"),
    "languages": (r"[\"']en[\"'],\s*[\"']es[\"']\W*[)\]]", "workspace/rules/codes.py"),
    "competences": (r"[\"']protection[\"'],\s*[\"']offender[\"']", "workspace/rules/jurisdiction.py"),
    "grounds": (r"[\"']offence_place[\"'],\s*[\"']child_residence[\"']", "workspace/rules/jurisdiction.py"),
    "handling codes": (r"[\"']H0[\"'],\s*[\"']H1[\"']", "workspace/rules/codes.py"),
    "sexes": (r"[\"']female[\"'],\s*[\"']male[\"']", "workspace/rules/codes.py"),
    "face kinds": (r"[\"']register_match[\"'],\s*[\"']same_face[\"']", "workspace/rules/leads.py"),
    "bands": (r"[\"']weak[\"'],\s*[\"']|[\"']moderate[\"'],\s*[\"']strong[\"']", "workspace/rules/leads.py"),
    "presence lives": (r"\bPRESENCE_S\s*[:=]|\bFRESH_S\s*=\s*30\b", "workspace/rules/limits.py"),
    "a session idles": (r"\bSESSION_IDLE\s*=", "workspace/rules/credentials.py"),
}
"""By fact: how it looks where it is typed, and its one home. Facts in SQL are compared with the rules by
tests/test_rules.py."""


def _facts() -> Iterator[Measure]:
    texts = {source.path: source.text for source in sources("workspace", "workers")}
    texts |= {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in (ROOT / "frontend" / "src").rglob("*.ts*")
        if path.name != "answers.ts"  # made from the server's types
    }
    twice = [
        (fact, path)
        for fact, (looks, home) in FACTS.items()
        for path, text in texts.items()
        if path != home and re.search(looks, text)
    ]
    for fact, path in twice:
        print(f"typed twice: {fact} in {path}", file=sys.stderr)
    yield Measure("facts_with_two_homes", len(twice), 0)


def _answers() -> Iterator[Measure]:
    settings = read_settings()
    app = cast("OpenAPI", create_app(settings, database=Database("postgresql+psycopg://nobody@localhost/none")))
    operations = [
        (method, path, operation)
        for path, item in document(app)["paths"].items()
        for method, operation in item.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]
    without = [(method, path) for method, path, operation in operations if not _has_success_schema(operation)]
    yield Measure("openapi_operations", len(operations), None)
    yield Measure("openapi_without_success_schema", len(without), 0)


def _has_success_schema(operation: dict[str, Any]) -> bool:
    """Whether a success is described: by a schema, a named type of file, its headers, or as an answer with nothing."""
    return any(
        code == "204"
        or answer.get("headers")
        or any(content.get("schema") for content in answer.get("content", {}).values())
        for code, answer in operation.get("responses", {}).items()
        if code.startswith("2")
    )


def _lines() -> Iterator[Measure]:
    python = [source.text for source in sources()]
    templates = [path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")]
    yield Measure("long_lines_python", _long(python), 60)
    yield Measure("long_lines_templates", _long(templates), 0)


def _long(texts: Iterable[str]) -> int:
    return sum(len(line) > LONG for text in texts for line in text.splitlines())


def _functions() -> Iterator[Measure]:
    lengths = sorted(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for source in sources(*PRODUCT)
        for node in source.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    yield Measure("functions", len(lengths), None)
    yield Measure("function_median", statistics.median(lengths), 8)
    yield Measure("function_p90", _share(lengths, 0.9), 21)
    yield Measure("function_longest", lengths[-1], 51)


def _share(ordered: Sequence[int], share: float) -> int:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _command() -> Iterator[Measure]:
    """What the example of docs/add-a-command.md touches, by its table of files."""
    yield Measure("files_of_the_example_command", len(ROWS), MOST_FILES)
    yield Measure("places_of_the_example_command", sum(int(places) for _path, places in ROWS), MOST_PLACES)


if __name__ == "__main__":
    sys.exit(main())
