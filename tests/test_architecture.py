"""Who may import whom, and what stands in one place only: read from the source, without running it.

Every exception stands here with its reason. Needs no database: `make check` runs it.
"""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from typing import get_type_hints

import pytest

from tests.support.sources import ROOT, called, ours, sources, strings

LONGEST_MODULE, LONGEST_FUNCTION = 450, 60

PLAIN: set[str] = set()
WORDS = {"errors", "events", "setbacks", "settings", "turns", "vocabulary"}
ROWS = {"database", "jobs", "statements"}
DOERS = WORDS | ROWS | {"rules", "model", "store", "commands", "queries"}
MAY_IMPORT: dict[str, set[str]] = {
    # The words: they know nothing of ours.
    "errors": PLAIN,
    "vocabulary": PLAIN,
    "events": PLAIN,
    "turns": PLAIN,
    "setbacks": {"errors"},
    "settings": {"errors"},
    "translations": {"settings"},
    # The ground floor: pure, and everybody may ask it.
    "rules": {"errors"},
    # Rows, and the only way to them.
    "model": {"rules"},  # the keys beside what people typed
    "statements": PLAIN,
    "database": {"errors", "events", "rules", "setbacks"},
    "jobs": {"database", "errors", "model", "settings", "statements"},
    "store": {"errors", "turns"},
    "search": {"statements"},  # vectors of rows, in memory
    # What computes and what leaves: no rows.
    "analysis": {"errors", "rules"},
    "exchange": {"errors", "rules", "turns", "vocabulary"},
    # The only code that writes, and the only code that reads for people.
    "commands": {"database", "errors", "events", "jobs", "model", "rules", "setbacks", "statements", "store"},
    "queries": {"database", "errors", "events", "exchange", "model", "rules", "statements", "vocabulary"},
    # Receives material: opens files, so it is no command; both the command line and the web call it.
    "intake": {"analysis", "commands", "database", "errors", "exchange", "model", "rules", "store"},
    # Starts the machine; the command line alone calls it.
    "terminal": set(),  # set-up speaks before anything is installed
    "environment": {"errors", "terminal"},  # runs before anything is installed
    "host": {"analysis", "environment", "errors", "settings", "store", "terminal"},
    # The edges.
    "web": (DOERS - {"model"}) | {"exchange", "intake"},
    "workers": DOERS | {"translations", "analysis", "exchange", "intake", "search"},
    # They act as people do, through the API; rows tell them the truth and how the exercise is played, and land an
    # injection.
    "partners": {"commands", "database", "errors", "rules", "setbacks", "settings", "statements", "store"},
    # The exercise is loaded through the same commands as real material.
    "seed": DOERS | {"analysis", "environment", "exchange", "host", "intake"},
    "cli": DOERS | {"environment", "exchange", "host", "intake", "seed", "terminal", "web", "workers"},
    "app": {"environment", "errors", "cli", "terminal"},
    "tests": PLAIN,  # tests import what they test; only benchmarks import them
    "benchmarks": DOERS
    | {"analysis", "exchange", "host", "intake", "partners", "search", "workers", "seed"}
    | {"tests", "web"},  # rows and servers of a measurement are made as for a test
    "migrations": PLAIN,
}
"""By area (a folder or a module of workspace/, or a package), floor by floor from the ground: what of ours it may
import beside itself."""


OUTSIDE_ONLY_IN: dict[str, set[str]] = {
    "flask": {"web", "cli"},
    "flask_openapi3": {"web", "benchmarks"},
    "flask_babel": {"web"},
    "flask_compress": {"web"},
    "flask_socketio": {"web"},
    "werkzeug": {"web"},
    "gevent": {"web", "benchmarks"},
    "rq": {"jobs", "workers"},
    "onnxruntime": {"analysis", "search", "seed", "benchmarks"},  # search: its product of bytes, on our own numbers
    "onnx": {"analysis", "search", "benchmarks"},
    "insightface": {"analysis", "benchmarks"},
    "cv2": {"analysis", "benchmarks"},
    "av": {"analysis", "benchmarks", "seed"},
    "typst": {"exchange"},
    "pyrage": {"exchange", "store"},
    "obstore": {"store"},
    "pickle": set(),
    "marshal": set(),
    "shelve": set(),
    "yaml": set(),
}
"""By package: the only areas that may import it. The exercise and the benchmarks make pictures and films; whatever is
decoded, is decoded in analysis."""

LONGER_MODULES = {
    "workspace/events.py": "one table of all kinds of events, a few lines per kind",
    "workspace/vocabulary.py": "one table of labels per set of codes",
}
LONGER_FUNCTIONS: dict[str, str] = {}
ENVIRONMENT_READERS = {
    "workspace/settings.py": "the only reader of our own settings",
    "workspace/host/environment.py": "runs before anything is installed; hands pip's own settings to pip",
}
ANY_FAILURE: dict[str, str] = {
    "workers/drain.py": "what fails for a batch is tried for each job of it, and says so there; and a job whose end "
    "cannot be written has failed all the same",
    "workspace/intake/seven_zip.py": "every coder of 7z has errors of its own, and the library takes a header at its "
    "word: whatever a broken archive raises, what did not come is named as damaged",
    "workspace/model/setbacks.py": "the one place in which a loop over many outlives the fault of one",
}
OTHER_COMMITS = {
    "workers/drain.py": "an attempt's own method, which writes through database.write",
    "workspace/commands/each.py": "a savepoint, which commits nothing: one row of many may fail alone",
}
EMITS = {"workspace/web/live.py": "the only emit of the project"}
ASKED_EACH_ROW = re.compile(r"(?<!\(select )(?<!select\(func\.)\bmy_(agency|keys)\(\)")
TRUTH_TABLES = re.compile(r"\bExercise(Identity|Shown|Entry)\b|\bexercise_(identity|shown|entry)\b")
KNOW_THE_TRUTH = {
    "workspace/model/__init__.py": "says which tables there are",
    "workspace/model/exercise.py": "the tables themselves",
    "workspace/commands/exercise.py": "writes the truth down, once",
    "workspace/queries/debrief/people.sql": "counts the debrief; only the workers' role may run it",
    "workspace/queries/debrief/files.sql": "as above",
    "workspace/queries/debrief/entries.sql": "as above",
    "workspace/queries/exercise/newest.sql": "asks whether every device on which somebody is shown is in, for the program that brings them",
}


# --- Who may import whom ----------------------------------------------------------------------------------------------


def test_every_module_imports_only_what_its_area_may() -> None:
    wrong = [
        f"{source.path} imports {name}"
        for source in sources()
        for name in source.imports
        if (area := ours(name)) is not None and area != source.area and area not in MAY_IMPORT[source.area]
    ]
    assert wrong == []


def test_every_area_imports_only_what_stands_below_it() -> None:
    """An area may use the floors that come before its own, so that nothing runs back up."""
    floors = list(MAY_IMPORT)
    wrong = [
        f"{area} may import {other}"
        for area in floors
        for other in sorted(MAY_IMPORT[area])
        if floors.index(other) > floors.index(area)
    ]
    assert wrong == []


def test_no_two_areas_import_each_other() -> None:
    """A circle of areas is one area with two names."""
    edges: dict[str, set[str]] = {}
    for source in sources():
        found = {area for name in source.imports if (area := ours(name)) is not None and area != source.area}
        edges.setdefault(source.area, set()).update(found)

    circles = {tuple(sorted((one, other))) for one in edges for other in edges[one] if one in edges.get(other, ())}
    assert circles == set()


def test_every_exception_is_still_needed() -> None:
    present = {source.path for source in sources()}
    named = {*LONGER_MODULES, *ENVIRONMENT_READERS, *ANY_FAILURE, *OTHER_COMMITS, *EMITS}
    assert named <= present


@pytest.mark.parametrize("package", sorted(OUTSIDE_ONLY_IN))
def test_a_package_is_imported_only_where_it_belongs(package: str) -> None:
    wrong = [
        source.path
        for source in sources()
        if any(name.split(".")[0] == package for name in source.imports) and source.area not in OUTSIDE_ONLY_IN[package]
    ]
    assert wrong == []


def test_importing_the_web_loads_no_model_runtime() -> None:
    heavy = ("onnxruntime", "cv2", "insightface", "av")
    code = f"import sys, workspace.web.api, workspace.web.pages, workspace.web.live; print([m for m in {heavy!r} if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_importing_the_web_package_loads_no_driver() -> None:
    """The server patches the standard library first; psycopg chooses how it waits when it is imported (ADR 13)."""
    code = "import sys, workspace.web; print([m for m in ('psycopg', 'flask', 'sqlalchemy') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


# --- One place for one thing ------------------------------------------------------------------------------------------


def test_only_the_database_module_commits() -> None:
    wrong = [
        f"{source.path}:{call.lineno}"
        for source in sources()
        for call in source.calls
        if called(call) in ("commit", "begin_nested")
        and source.path not in {"workspace/model/database.py", *OTHER_COMMITS}
    ]
    assert wrong == []


def test_only_the_database_module_says_who_looks() -> None:
    """`Database.read` and `write` begin as somebody, `View.become` goes on as somebody else: there is no fourth way."""
    wrong = [
        source.path
        for source in sources("workspace", "workers", "partners", "seed")
        if re.search(r"app\.user_id|\bact_as\(", source.text) and source.path != "workspace/model/database.py"
    ]
    assert wrong == []


def test_only_who_plays_or_draws_up_the_debrief_reads_the_truth_of_an_exercise() -> None:
    """No list can then be ordered by it, no lead, route or export tell of it: whatever reads it stands in
    `KNOW_THE_TRUTH`."""
    python = {source.path: source.text for source in sources("workspace", "workers", "seed")}
    files = (path for folder in ("workspace", "workers") for path in (ROOT / folder).rglob("*.sql"))
    statements = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in files}

    assert [
        path
        for path, said in {**python, **statements}.items()
        if TRUTH_TABLES.search(said) and path not in KNOW_THE_TRUTH
    ] == []


def test_whose_agency_and_keys_look_is_asked_once_a_statement_and_not_for_each_row() -> None:
    """Both are looked up in tables: bare in a statement, PostgreSQL does so for each row that it compares."""
    python = {source.path: source.text for source in sources(*STATED_IN)}
    files = (path for folder in STATED_IN for path in (ROOT / folder).rglob("*.sql"))
    statements = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in files}

    assert [path for path, said in {**python, **statements}.items() if ASKED_EACH_ROW.search(said)] == []
    assert ASKED_EACH_ROW.search("c.agency_id = my_agency()")
    assert ASKED_EACH_ROW.search("Agency.id == func.my_agency()")


def test_only_live_emits() -> None:
    wrong = [
        f"{source.path}:{call.lineno}"
        for source in sources("workspace", "workers", "partners")
        for call in source.calls
        if called(call) == "emit" and source.path not in EMITS
    ]
    assert wrong == []


def test_only_the_settings_read_the_environment() -> None:
    wrong = [
        f"{source.path}:{node.lineno}"
        for source in sources("workspace", "workers", "partners", "seed", "migrations")
        for node in source.nodes
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb")
        if isinstance(node.value, ast.Name) and node.value.id == "os" and source.path not in ENVIRONMENT_READERS
    ]
    assert wrong == []


def test_nothing_catches_every_error_but_a_workers_outermost_frame() -> None:
    wrong = [
        f"{source.path}:{node.lineno}"
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.ExceptHandler) and _keeps_everything(node) and source.path not in ANY_FAILURE
    ]
    assert wrong == []


def _keeps_everything(handler: ast.ExceptHandler) -> bool:
    """Whether it catches any error; one that only tidies up and raises the same error on does not."""
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    parts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(part is None or getattr(part, "id", "") in ("Exception", "BaseException") for part in parts)


def test_nothing_unpacks_code_from_data() -> None:
    """No pickle (also not through numpy or torch), no eval, no exec, no YAML, no shell."""
    wrong = [
        f"{source.path}:{call.lineno} {called(call)}"
        for source in sources()
        for call in source.calls
        if (isinstance(call.func, ast.Name) and call.func.id in ("eval", "exec", "compile", "__import__"))
        or any(word.arg == "allow_pickle" and getattr(word.value, "value", True) is not False for word in call.keywords)
        or any(word.arg == "shell" and getattr(word.value, "value", True) is not False for word in call.keywords)
        or called(call) in ("system", "popen")
    ]
    assert wrong == []


def test_no_role_is_named_outside_the_rules() -> None:
    """Doing is policy.py, seeing is row-level security: whoever asks for a role elsewhere asks rules/roles.py by the
    meaning of a set."""
    from workspace.rules.roles import ROLES

    wrong = [
        f"{source.path}:{node.lineno} {node.value}"
        for source in sources("workspace", "workers")
        if not source.path.startswith("workspace/rules/") and source.path != "workspace/vocabulary.py"
        for node in source.nodes
        if isinstance(node, ast.Constant) and node.value in ROLES
    ]
    assert wrong == []


def test_routes_catch_nothing() -> None:
    """One handler answers refusals."""
    wrong = [
        f"{source.path}:{node.lineno}"
        for source in sources("workspace/web/api", "workspace/web/pages")
        for node in source.nodes
        if isinstance(node, ast.Try)
    ]
    assert wrong == []


def test_whatever_a_route_takes_has_the_base_that_cleans_and_bounds_it() -> None:
    """bodies.py alone decides what may come in; a model's name says where it stands in the request."""
    from workspace.web import bodies

    bases = {"body": bodies.Body, "form": bodies.Form, "query": bodies.Query, "path": bodies.RoutePath}
    wrong = []
    for source in sources("workspace/web/api"):
        module = importlib.import_module(source.path.removesuffix(".py").replace("/", "."))
        for node in source.nodes:
            if isinstance(node, ast.FunctionDef) and any("api" in ast.dump(each) for each in node.decorator_list):
                types = get_type_hints(getattr(module, node.name))
                wrong += [
                    f"{source.path}:{node.lineno} {types[where].__name__}"
                    for where, base in bases.items()
                    if where in types
                    and not (
                        issubclass(types[where], base)
                        and types[where].__name__.endswith(base.__name__.removeprefix("Route"))
                    )
                ]
    assert wrong == []


def test_queries_write_nothing() -> None:
    wrong = [
        f"{source.path}:{call.lineno}"
        for source in sources("workspace/queries")
        for call in source.calls
        if (isinstance(call.func, ast.Name) and call.func.id in ("insert", "update", "delete"))
        or (isinstance(call.func, ast.Attribute) and call.func.attr in ("add_all", "record", "flush"))
    ]
    assert wrong == []


STATEMENTS = "workspace/model/statements.py"
STATED_IN = ("workspace", "workers", "partners")
LONGEST_STATEMENT = 3
"""Lines of a statement in the code; a longer one stands in a file (ADR 18)."""


def test_a_long_statement_stands_in_a_file_and_none_is_put_together_from_strings() -> None:
    asked = [
        (source.path, call.lineno, call.args[0])
        for source in sources(*STATED_IN)
        for call in source.calls
        if called(call) == "text" and "sqlalchemy.text" in source.imports and source.path != STATEMENTS
    ]
    assert len(asked) > 50
    assert [
        f"{path}:{line}"
        for path, line, said in asked
        if not isinstance(said, ast.Constant) or len(str(said.value).strip().splitlines()) > LONGEST_STATEMENT
    ] == []


def test_rows_are_read_by_name() -> None:
    """`Line(*row)` keeps two columns apart by their order alone."""
    assert [
        f"{source.path}:{call.lineno}"
        for source in sources(*STATED_IN)
        for call in source.calls
        if any(isinstance(part, ast.Starred) and getattr(part.value, "id", "") == "row" for part in call.args)
    ] == []


def test_every_statement_in_a_file_is_asked_by_its_module_and_says_what_it_answers() -> None:
    files = [path for folder in STATED_IN for path in (ROOT / folder).rglob("*.sql")]
    named: dict[str, set[str]] = {}
    asked = set()
    for source in sources(*STATED_IN):
        module = source.path.removesuffix(".py")
        named[module] = {
            part.value for part in source.nodes if isinstance(part, ast.Constant) and isinstance(part.value, str)
        }
        for part in source.nodes:
            if (
                isinstance(part, ast.Subscript)
                and getattr(part.value, "id", "") == "SQL"
                and isinstance(part.slice, ast.Constant)
            ):
                asked.add((module, part.slice.value))
    standing = {(path.parent.relative_to(ROOT).as_posix(), path.stem) for path in files}

    assert asked - standing == set()
    assert {(module, name) for module, name in standing if name not in named.get(module, set())} == set()
    assert [str(path) for path in files if not path.read_text(encoding="utf-8").startswith("-- ")] == []


def test_tests_use_real_objects() -> None:
    wrong = [source.path for source in sources("tests") if any("mock" in name for name in source.imports)]
    assert wrong == []


SOURCE_FOLDERS = (
    "workspace",
    "workers",
    "partners",
    "seed",
    "migrations",
    "benchmarks",
    "tests",
    "docs",
    "templates",
    "frontend/src",
)


def test_nothing_cites_a_paper_that_is_not_in_the_repository() -> None:
    """What the code relies on stands in docs/ with its public source."""
    names = "FIELD|ROOM|TRUST|PATTERNS|ENGINES|DESIGN|HOUSE|DECISIONS|STYLE|MODELS"
    paper = re.compile(rf"\b({names})(\.md| ?[A-Z][0-9]| [0-9])|\bUX-[0-9]|\bC[0-9] rule")
    files = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
    for folder in SOURCE_FOLDERS:
        files += [
            path
            for path in (ROOT / folder).rglob("*.*")
            if path.suffix in (".py", ".sql", ".md", ".html", ".ts", ".tsx")
        ]

    assert len(files) > 400
    assert [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        if "node_modules" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if paper.search(line)
    ] == []


def test_no_picture_stands_for_a_thing() -> None:
    """The words that CONTRIBUTING.md rules out, where they had meanings of their own."""
    picture = re.compile(r"\b(house|bells?|rung|workshop|shel(f|ves)|hearers?)\b", re.IGNORECASE)
    assert [
        f"{source.path}:{number}"
        for source in sources("workspace", "workers", "migrations")
        for number, line in enumerate(source.text.splitlines(), start=1)
        if picture.search(line)
    ] == []


def test_no_task_is_left_without_a_home() -> None:
    """Whatever is unfinished stands in an issue, not in a comment."""
    mark = re.compile(r"#\s*(TODO|FIXME|XXX|HACK)\b")
    wrong = [source.path for source in (*sources(), *sources("tests")) if mark.search(source.text)]
    assert wrong == []


# --- Sizes ------------------------------------------------------------------------------------------------------------


def test_no_module_is_longer_than_its_limit() -> None:
    lengths = {source.path: len(source.text.splitlines()) for source in sources()}
    assert {path: n for path, n in lengths.items() if n > LONGEST_MODULE and path not in LONGER_MODULES} == {}


def test_no_function_is_longer_than_its_limit() -> None:
    found = {
        f"{source.path}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: n for name, n in found.items() if n > LONGEST_FUNCTION and name not in LONGER_FUNCTIONS} == {}


# --- The map ----------------------------------------------------------------------------------------------------------


def test_the_map_and_the_picture_of_the_architecture_show_the_folders_that_there_are() -> None:
    """docs/architecture.md and its picture: each folder and module of workspace/, and each package beside it."""
    block = (
        (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("## Modules\n```\n")[1].split("```")[0]
    )
    inside = [path for path in (ROOT / "workspace").iterdir() if not path.name.startswith((".", "_"))]
    folders = {path.name for path in inside if path.is_dir()}
    modules = {path.name for path in inside if path.suffix == ".py"}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    picture = (ROOT / "docs" / "architecture.svg").read_text(encoding="utf-8")
    shown = set(re.findall(r">([a-z]+)/</text>", picture))

    assert set(re.findall(r"^  ([a-z]+)/", block, re.MULTILINE)) == folders
    assert {
        name for line in re.findall(r"^  ((?:[a-z]+\.py ?)+)", block, re.MULTILINE) for name in line.split()
    } == modules
    assert packages <= set(re.findall(r"\b([a-z]+)/", block))
    assert shown == folders | (packages - {"workspace", "migrations", "tests", "benchmarks"})
    assert [module for module in modules if not re.search(rf"\b{module[:-3]}\b", picture)] == []


# --- Tables that belong together --------------------------------------------------------------------------------------


def test_every_event_kind_has_its_words_and_its_own_tag() -> None:
    from workspace.events import KINDS, Event

    assert [kind for kind, event in KINDS.items() if not event.says] == []
    assert len(KINDS) == len(Event.__subclasses__())
    assert [kind for kind in KINDS if not re.fullmatch(r"[a-z]+:[a-z_]+", kind)] == []


def test_every_event_kind_is_recorded_by_some_command() -> None:
    from workspace.events import KINDS

    named = {
        node.attr
        for source in sources("workspace", "workers", "seed")
        for node in source.nodes
        if isinstance(node, ast.Attribute)
    }
    named |= {
        node.id for source in sources("workspace/commands") for node in source.nodes if isinstance(node, ast.Name)
    }
    named.add("RowsBound")  # by migrations, for the rows that stand already
    assert sorted(cls.__name__ for cls in KINDS.values() if cls.__name__ not in named) == []


ASKING = ("require", "require_anywhere", "require_installation", "require_lead", "require_operation", "allows", "may")


def test_every_action_that_is_asked_stands_in_the_policy() -> None:
    from workspace.rules.policy import INSTALLATION_RULES, RULES

    asked = {
        (word, f"{source.path}:{call.lineno}")
        for source in sources("workspace/commands", "workspace/web", "workers")
        for call in source.calls
        if called(call) in ASKING
        for word in strings(call)
    }
    assert len(asked) > 30
    assert sorted(place for word, place in asked if word not in RULES and word not in INSTALLATION_RULES) == []


def test_every_action_of_the_policy_is_asked_by_a_command() -> None:
    from workspace.rules.policy import INSTALLATION_RULES, RULES

    words = {
        node.value
        for source in sources("workspace/commands")
        for node in source.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert sorted((set(RULES) | set(INSTALLATION_RULES)) - words) == []


HELPERS_OF_COMMANDS = (
    "workspace.commands.agreement",
    "workspace.commands.card_steps",
    "workspace.commands.comments",
    "workspace.commands.depicted",
    "workspace.commands.devices",
    "workspace.commands.each",
    "workspace.commands.grading",
    "workspace.commands.guard",
    "workspace.commands.ledger",
    "workspace.commands.lines",
    "workspace.commands.locks",
    "workspace.commands.own_exhibit",
    "workspace.commands.referral_guard",
    "workspace.commands.person_steps",
    "workspace.commands.series_guard",
    "workspace.commands.series_placing",
    "workspace.commands.steps",
    "workspace.commands.taking_back",
    "workspace.commands.basis",
    "workspace.commands.standing",
)
"""What commands are made of: checks, and steps that follow once a command has asked."""

ASKS_NOTHING = {
    "ensure_service_users": "makes the service users, whom no rule knows yet; needs the workers' role",
    "service_users": "reads who they are, which everybody may know",
}
POLICY = {
    ("workspace.rules.policy", word) for word in ("require", "require_anywhere", "require_installation", "allows")
}
Function = tuple[str, str]
"""The dotted name of its module, and its own."""


def calls_of_commands() -> dict[Function, set[Function]]:
    """By function of commands/: what of ours it calls by name."""
    found: dict[Function, set[Function]] = {}
    for source in sources("workspace/commands"):
        module = source.path.removesuffix(".py").replace("/", ".")
        imported = {
            alias.name: (node.module or "", alias.name)
            for node in source.tree.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for function in source.tree.body:
            if isinstance(function, ast.FunctionDef):
                calls = [call.func for call in ast.walk(function) if isinstance(call, ast.Call)]
                found[module, function.name] = {
                    imported.get(called.id, (module, called.id)) for called in calls if isinstance(called, ast.Name)
                } | {
                    (".".join(imported[called.value.id]), called.attr)
                    for called in calls
                    if isinstance(called, ast.Attribute)
                    and isinstance(called.value, ast.Name)
                    and called.value.id in imported
                }
    return found


def test_every_public_command_asks_policy() -> None:
    """By the names that it calls, and those that these call: one of them asks."""
    calls = calls_of_commands()
    asking = set(POLICY)
    while more := {function for function, called in calls.items() if called & asking} - asking:
        asking |= more
    silent = {
        name
        for module, name in calls
        if (module, name) not in asking and module not in HELPERS_OF_COMMANDS and not name.startswith("_")
    }

    assert silent == set(ASKS_NOTHING)


def test_only_commands_take_the_steps_that_follow_once_policy_is_asked() -> None:
    wrong = [
        f"{source.path} imports {name}"
        for source in sources("workspace", "workers", "seed", "benchmarks")
        for name in source.imports
        if name.startswith(("workspace.commands.steps", "workspace.commands.basis", "workspace.commands.agreement"))
        and not source.path.startswith("workspace/commands/")
    ]
    assert wrong == []


def test_no_command_opens_a_transaction_of_its_own() -> None:
    """`verb_noun(tx, …)`: a command's first argument is the write that it belongs to."""
    wrong = [
        f"{source.path}:{call.lineno}"
        for source in sources("workspace/commands")
        for call in source.calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ("write", "read", "begin")
        and _is_database(call.func.value)
    ]
    assert wrong == []


def _is_database(value: ast.expr) -> bool:
    return getattr(value, "id", getattr(value, "attr", "")) in ("db", "database", "engine")


def test_every_module_has_a_docstring() -> None:
    wrong = [source.path for source in sources() if source.text.strip() and not ast.get_docstring(source.tree)]
    assert wrong == []
