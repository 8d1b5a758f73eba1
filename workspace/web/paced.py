"""Long answers are written piece by piece, between which the web answers others: pages by Jinja, and lists as JSON."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import Any, TypeVar

from jinja2 import Template

from workspace.turns import let_others_go_on

Element = TypeVar("Element")
PIECES = 100
"""Of a template, between two looks at the clock: some of a row of a table."""
TURN_S = 0.01
"""So much of the processor before others go on."""
ELEMENTS = 100
"""Of a list that are written as JSON before others go on."""


class PacedTemplate(Template):
    """A template that lets others go on while it is set."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Set it whole, as any template."""
        pieces, text = self.generate(*args, **kwargs), []
        began = time.thread_time()
        while some := list(islice(pieces, PIECES)):
            text += some
            if time.thread_time() - began > TURN_S:
                let_others_go_on()
                began = time.thread_time()
        return "".join(text)


def in_turns(elements: Iterable[Element]) -> Iterator[Element]:
    """The elements of a list that a macro writes, which is one piece of its template."""
    began = time.thread_time()
    for element in elements:
        if time.thread_time() - began > TURN_S:
            let_others_go_on()
            began = time.thread_time()
        yield element


def paced_json(value: object, dump: Callable[[object], str]) -> str:
    """What `dump` writes, without spaces; the lists of a dataclass, or a list itself, in parts."""
    if is_dataclass(value) and not isinstance(value, type):
        members = (f"{dump(each.name)}:{paced_json(getattr(value, each.name), dump)}" for each in fields(value))
        return f"{{{','.join(members)}}}"
    if not isinstance(value, list) or len(value) <= ELEMENTS:
        return dump(value)
    parts = []
    for start in range(0, len(value), ELEMENTS):
        parts.append(dump(value[start : start + ELEMENTS])[1:-1])
        let_others_go_on()
    return f"[{','.join(parts)}]"
