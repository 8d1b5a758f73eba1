"""Makes PDF files with Typst, in a thread of this process, from one template of ours and plain data.

What people wrote reaches the template only as JSON data and is set as text; it is never part of a template's code.
Nothing is fetched: the faces lie beside the template, and no Typst package is used. The blocks below are all that a
document is made of; templates/document.typ sets each.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore

import typst

from workspace.errors import Unavailable
from workspace.exchange.signs import STANDARD, faces, set_with_codes
from workspace.exchange.words import EXERCISE_MARK, EXERCISE_MEANING, LEAD_NOT_IDENTIFICATION, Translate
from workspace.turns import aside, let_others_go_on
from workspace.vocabulary import N_

TEMPLATES = Path(__file__).parent / "templates"
LONGEST_RUN = 36  # characters without a space before a line may be broken inside them
ROWS_HERE = 300
"""Rows of a paper that is set in this process; a longer one has a process of its own."""
ROWS_AT_ONCE = 50
"""Rows that are written as JSON before others go on."""
WAIT_FOR_OTHERS_S = 120.0
_ONE_LONG_PAPER = BoundedSemaphore()
"""Each takes a core for some seconds and hundreds of megabytes."""

PAGE = N_("page")
PAGE_OF = N_("of")


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its text, and how it is set (`tone`: plain, strong, quiet, mono, big; `shade` 0 to 3)."""

    text: str
    tone: str = "plain"
    shade: int = 0
    framed: bool = False


@dataclass(frozen=True)
class Table:
    """A titled table; `align` holds s(tart) or e(nd) per column, `widths` Typst fractions (0 = as wide as the text).

    `svg` is the chart of the same numbers, set above them, and `alternative` the words that stand for it.
    """

    title: str
    aside: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    align: str
    widths: tuple[float, ...]
    foot: tuple[Cell, ...] = ()
    note: str = ""
    svg: str = ""
    alternative: str = ""
    kind: str = "table"


@dataclass(frozen=True)
class Words:
    """A titled passage of running text."""

    title: str
    paragraphs: tuple[str, ...]
    kind: str = "words"


@dataclass(frozen=True)
class Columns:
    """Two stacks of blocks side by side."""

    left: tuple[Table | Words, ...]
    right: tuple[Table | Words, ...]
    kind: str = "columns"


Block = Table | Words | Columns


@dataclass(frozen=True)
class Document:
    """A report: what stands on each page, its title, the lines under it, and its blocks.

    `footer` says who made it and when; `is_exercise`, TLP and handling code are printed on every page.
    """

    title: str
    language: str
    operation: str
    is_exercise: bool
    tlp: str
    handling_code: str
    footer: str
    meta: tuple[str, ...]
    blocks: tuple[Block, ...]
    chip: str = ""


def render_pdf(document: Document, *, created_at: datetime, translate: Translate = str) -> bytes:
    """Set a document on A4; the same document and time give the same bytes. `created_at` is the date in the file.

    A sign that no face has stands as its code: no text stops a paper.
    """
    words = {
        "statement": translate(LEAD_NOT_IDENTIFICATION),
        "exercise": translate(EXERCISE_MARK),
        "exercise_meaning": translate(EXERCISE_MEANING),
        "page": translate(PAGE),
        "of": translate(PAGE_OF),
    }
    data = _as_json(document, words)
    is_long = sum(len(block.rows) for block in document.blocks if isinstance(block, Table)) > ROWS_HERE
    timestamp = int(created_at.timestamp())
    return _set_elsewhere(data, timestamp) if is_long else aside(set_data, data, timestamp)


def _as_json(document: Document, words: Mapping[str, str]) -> str:
    """What the template reads. A long table is written in parts, between which the web answers others."""
    blocks = ", ".join(_table(block) if isinstance(block, Table) else _plain(block) for block in document.blocks)
    head = {name: value for name, value in vars(document).items() if name != "blocks"}
    return f'{_plain({**head, "words": words})[:-1]}, "blocks": [{blocks}]}}'


def _table(table: Table) -> str:
    parts = []
    for start in range(0, len(table.rows), ROWS_AT_ONCE):
        parts.append(_plain(table.rows[start : start + ROWS_AT_ONCE])[1:-1])
        let_others_go_on()
    rest = {name: value for name, value in vars(table).items() if name != "rows"}
    return f'{_plain(rest)[:-1]}, "rows": [{", ".join(parts)}]}}'


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=vars)


def _set_elsewhere(data: str, timestamp: int) -> bytes:
    """Set it in a process of its own, on one core, one paper after the other: what a long paper needs of Python alone
    would keep others of this one waiting. In the web gevent waits for it, which others do not notice.

    Raises:
        Unavailable: the papers before it take too long, or this one could not be set.
    """
    command = [sys.executable, "-m", "workspace.exchange.set_paper", str(timestamp)]
    if not _ONE_LONG_PAPER.acquire(timeout=WAIT_FOR_OTHERS_S):
        raise Unavailable("Other long papers are being set. Try again in a minute.")
    try:
        done = subprocess.run(command, input=data.encode(), capture_output=True, cwd=TEMPLATES.parents[2], check=False)
    finally:
        _ONE_LONG_PAPER.release()
    if done.returncode != 0:
        raise Unavailable("The paper could not be set. Try again.", fault=done.stderr.decode(errors="replace")[-500:])
    return done.stdout


def set_data(written: str, timestamp: int) -> bytes:
    """Set a document's data, as JSON: half a second without Python. timestamp: seconds since 1970."""
    data = json.loads(written)

    def compile_with(codes: Mapping[int, str]) -> bytes:
        shown = _breakable(_each_text(data, lambda text: text.translate(codes)))
        return bytes(
            typst.compile(
                TEMPLATES / "document.typ",
                root=TEMPLATES,
                font_paths=faces(),
                format="pdf",
                sys_inputs={"data": json.dumps(shown, ensure_ascii=False)},
                pdf_standards=STANDARD,
                package_path=TEMPLATES,
                package_cache_path=TEMPLATES,
                timestamp=timestamp,
            )
        )

    return set_with_codes(list(_texts_of(data)), compile_with)


def _texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for part in value.values() for text in _texts_of(part))
    elif isinstance(value, Sequence):
        yield from (text for part in value for text in _texts_of(part))


def _each_text(value: object, told: Callable[[str], str]) -> object:
    """The same data with each of its texts as `told` says it; names of fields stay."""
    if isinstance(value, str):
        return told(value)
    if isinstance(value, Mapping):
        return {name: _each_text(part, told) for name, part in value.items()}
    if isinstance(value, Sequence):
        return [_each_text(part, told) for part in value]
    return value


def _breakable(value: object) -> object:
    """Let a line end inside long runs (device paths) with an invisible space; digests stay whole."""
    if isinstance(value, str):
        return value if value.startswith("<svg") else _LONG_RUN.sub(lambda run: "\u200b".join(_pieces(run[0])), value)
    if isinstance(value, Mapping):
        if value.get("tone") == "mono":
            return value
        return {name: _breakable(part) for name, part in value.items()}
    if isinstance(value, Sequence):
        return [_breakable(part) for part in value]
    return value


_LONG_RUN = re.compile(rf"\S{{{LONGEST_RUN},}}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def _pieces(run: str) -> list[str]:
    if _DIGEST.fullmatch(run):
        return [run]  # it must be copied from the page as it is
    return [run[start : start + LONGEST_RUN // 2] for start in range(0, len(run), LONGEST_RUN // 2)]
