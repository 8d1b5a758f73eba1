"""The one tree of errors; every refusal that a person can meet is one of these.

WorkspaceError
├── NotFound          404  not there, or not yours to see: the two look the same
├── NotSignedIn       401
├── Forbidden         403  may be seen, may not be done
│   └── NotFresh           asks for the passkey once more
├── Conflict          409  somebody else was first, or the state does not allow it
│   ├── Held               the lead is claimed; names the holder
│   ├── Stored             the same request was stored before, and its answer cannot be given again
│   └── Closed             the operation does not accept this any more
├── Invalid           422  cannot be understood; lists every fault
│   ├── Refused            a file that cannot be taken; carries a reason code
│   └── ByProtocol     …   what a protocol of others refuses with a status of its own
├── TooMuch           429  a limit of use was reached
└── Unavailable       503  a part that is needed does not answer; try again

Routes contain no try/except: one handler turns these into responses. A message is one English sentence, written where
the refusal is raised; `{name}` in it stands for the fact of that name. The web's edge says it in the reader's language.
Must not import anything of the workspace.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_NAME = re.compile(r"\{(\w+)\}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def fill(source: str, values: Mapping[str, object]) -> str:
    """Put values at their names; a list becomes its parts with commas, a name without a value stays."""

    def value(name: re.Match[str]) -> str:
        value = values.get(name[1], name[0])
        return ", ".join(map(str, value)) if isinstance(value, list | tuple | frozenset) else str(value)

    return _NAME.sub(value, source)


class Text(str):
    """A sentence with values that remembers its English source: it can be said again in another language."""

    __slots__ = ("source", "values")
    source: str
    values: Mapping[str, object]

    def __new__(cls, source: str, **values: object) -> Text:
        """Make the English text; `source` is the message of the catalogue."""
        text = super().__new__(cls, fill(source, values))
        text.source, text.values = source, values
        return text

    def __deepcopy__(self, memo: dict[int, object]) -> Text:
        return self

    def said(self, translate: Callable[[str], str]) -> str:
        """The sentence in the language of `translate`; values that are sentences themselves are said in it too."""
        values = {name: each.said(translate) if isinstance(each, Text) else each for name, each in self.values.items()}
        return fill(translate(self.source), values)


class Fault(Text):
    """One thing that is wrong with the input: at this place (a field, a line of a file), this."""

    __slots__ = ("where",)
    where: str

    def __new__(cls, where: str, source: str, **values: object) -> Fault:
        """Make the English text «where: what»."""
        fault = str.__new__(cls, f"{where}: {fill(source, values)}")
        fault.where, fault.source, fault.values = where, source, values
        return fault

    def said(self, translate: Callable[[str], str]) -> str:
        """Place and sentence; a place that is a sentence («line 3») is said too."""
        where = self.where.said(translate) if isinstance(self.where, Text) else self.where
        return f"{where}: {super().said(translate)}"


def kept_text(text: object) -> object:
    """A sentence as a row keeps it, in plain JSON, so that it can be said in a language later: see `recalled`. What the
    database cannot store becomes U+FFFD."""
    if isinstance(text, Fault):
        return {"where": kept_text(text.where), "source": text.source, "values": _kept_values(text)}
    if isinstance(text, Text):
        return {"source": text.source, "values": _kept_values(text)}
    return _UNSTORABLE.sub("\ufffd", str(text))


def recalled(kept: object) -> str:
    """The sentence that a row keeps."""
    if not isinstance(kept, dict):
        return str(kept)
    values = {name: _recalled_value(value) for name, value in kept["values"].items()}
    return (
        Fault(recalled(kept["where"]), kept["source"], **values) if "where" in kept else Text(kept["source"], **values)
    )


def _kept_values(text: Text) -> dict[str, object]:
    return {name: _kept_value(value) for name, value in text.values.items()}


def _kept_value(value: object) -> object:
    if isinstance(value, list | tuple | frozenset):
        return [_kept_value(each) for each in value]
    return value if isinstance(value, bool | int | float) else kept_text(value)


def _recalled_value(value: object) -> object:
    if isinstance(value, list):
        return [_recalled_value(each) for each in value]
    return recalled(value) if isinstance(value, dict) else value


class WorkspaceError(Exception):
    """A refusal with a stable code, an HTTP status and plain facts about it."""

    code = "error"
    http_status = 500

    def __init__(self, message: str = "", **facts: object) -> None:
        self.source = message
        self.message = fill(message, facts)
        self.facts = facts
        super().__init__(self.message or self.code)


class NotFound(WorkspaceError):
    """It does not exist for this viewer."""

    code = "not_found"
    http_status = 404


class NotSignedIn(WorkspaceError):
    """No valid session or token came with the request."""

    code = "not_signed_in"
    http_status = 401


class Forbidden(WorkspaceError):
    """The viewer may see it but may not do this."""

    code = "forbidden"
    http_status = 403


class NotFresh(Forbidden):
    """The passkey must be shown again first: the last time was too long ago for this action."""

    code = "step_up_needed"


class Conflict(WorkspaceError):
    """The state of the record does not allow it, or somebody was first."""

    code = "conflict"
    http_status = 409


class Held(Conflict):
    """The lead is claimed by somebody; `holder`, `country`, `played_by` and `lease_until` are in the facts."""

    code = "held"

    def __init__(self, message: str, *, holder_id: int, **facts: object) -> None:
        super().__init__(message, holder_id=holder_id, **facts)
        self.holder_id = holder_id


class Stored(Conflict):
    """The same request, under the same key, was stored before; its answer cannot be given again."""

    code = "stored_already"


class Closed(Conflict):
    """The operation does not accept this in its present state."""

    code = "closed"


class Invalid(WorkspaceError):
    """The input cannot be understood; `faults` lists everything that is wrong with it."""

    code = "invalid"
    http_status = 422


class Refused(Invalid):
    """A file cannot be taken; `reason` in the facts is one of the codes of the intake report."""

    code = "refused"


class ByProtocol(Invalid):
    """What was sent does not follow a protocol that others wrote, which says by which status it is refused."""

    code = "by_protocol"

    def __init__(self, message: str, *, status: int, **facts: object) -> None:
        super().__init__(message, **facts)
        self.http_status = status


class TooMuch(WorkspaceError):
    """A limit of use was reached."""

    code = "too_much"
    http_status = 429


class Unavailable(WorkspaceError):
    """A part that is needed does not answer just now; nothing was changed."""

    code = "unavailable"
    http_status = 503
