"""The sources of the project, read without running them: for the tests of its structure, and for `make house`."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

OWN_AREAS = {
    "workspace.model.database": "database",
    "workspace.model.database_faults": "database",
    "workspace.model.failed_jobs": "jobs",
    "workspace.model.jobs": "jobs",
    "workspace.model.setbacks": "setbacks",
    "workspace.model.statements": "statements",
    "workspace.host.environment": "environment",
    "workspace.host.terminal": "terminal",
}
"""Modules that stand in a folder with others and may import other things than these."""


@dataclass
class Source:
    """One module of ours."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def area(self) -> str:
        """`web` for workspace/web/context.py, `events` for workspace/events.py, `workers` for workers/run.py."""
        area = ours(".".join(Path(self.path).with_suffix("").parts))
        return area if area is not None else Path(self.path).stem

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """Dotted names of everything it imports, wherever the import stands."""
        found: list[str] = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.path}: a relative import"
                found += [f"{node.module}.{alias.name}" for alias in node.names]
        return tuple(found)

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        return tuple(node for node in self.nodes if isinstance(node, ast.Call))


@cache
def everything() -> tuple[Source, ...]:
    folders = ("workspace", "workers", "partners", "seed", "migrations", "benchmarks", "tests")
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    texts = [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in (*paths, ROOT / "app.py")]
    return tuple(Source(name, text) for name, text in texts)


def sources(*folders: str) -> tuple[Source, ...]:
    """The modules of these folders; of everything but the tests if none is named."""
    if folders:
        return tuple(
            source for source in everything() if source.path.startswith(tuple(f"{folder}/" for folder in folders))
        )
    return tuple(source for source in everything() if not source.path.startswith("tests/"))


def ours(name: str) -> str | None:
    """The area that a dotted name of ours belongs to."""
    parts = name.split(".")
    if parts[0] == "workspace" and len(parts) > 1:
        own = OWN_AREAS.get(".".join(parts[:3]))
        return own if own is not None else parts[1] if parts[1] != "__init__" else "errors"
    return parts[0] if parts[0] in ("workers", "partners", "seed", "benchmarks", "tests", "migrations") else None


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def strings(call: ast.Call) -> list[str]:
    return [part.value for part in call.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
