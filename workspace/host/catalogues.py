"""Keeps the catalogues (locale/<language>/LC_MESSAGES/messages.po) in step with the texts of Python, templates and
screens.

`make messages` runs it: what is new gets an empty translation, what is gone goes, nothing is guessed. The files name
neither dates nor lines, so that a difference shows what changed. A development tool; nothing at run time may import it.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from workspace import errors
from workspace.settings import ROOT

LOCALE = ROOT / "locale"
Message = tuple[int, str | tuple[str, ...]]
"""The line and the text of a message, or its singular and plural."""

PYTHON_WORDS: Mapping[str, tuple[int, ...]] = {
    **dict.fromkeys(["_", "_l", "N_", "gettext", "lazy_gettext", "Text"], (0,)),
    "ngettext": (0, 1),
    "Fault": (1,),
    "_fault": (0,),
}
"""By the name of a function, which of its arguments make the message."""
REFUSALS = frozenset(
    name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, errors.WorkspaceError)
)
"""The first argument of these is a message too, where the web can meet them: it is translated at the web's edge."""
MET_BY_THE_WEB = ("commands", "exchange", "intake", "model", "queries", "rules", "store", "web")
TEMPLATE_WORDS = ("_", "gettext", "ngettext")

_CALL = re.compile(r"(?<![\w.$])(?:t|tn|rich)\(\s*")
_LITERAL = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\$]|\\.|\$(?!\{))*`)\s*,?\s*""")
_COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "\n": ""}


class NotLiteral(ValueError):
    """A text is given to the translator as something else than one literal: it could not be in a catalogue."""


def texts_of_screens(source: str) -> Iterator[Message]:
    """The messages of one TypeScript file: the literals given to `t`, `tn` and `rich` of frontend/src/core/i18n.ts.

    Raises:
        NotLiteral: one of these is called with something else.
    """
    source = _COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), source)
    for call in _CALL.finditer(source):
        line = source.count("\n", 0, call.start()) + 1
        first = _LITERAL.match(source, call.end())
        if first is None:
            raise NotLiteral(f"line {line}: {source[call.start() : call.end() + 40].splitlines()[0]}")
        if not call[0].startswith("tn"):
            yield line, _unescaped(first[1])
            continue
        second = _LITERAL.match(source, first.end())
        if second is None:
            raise NotLiteral(f"line {line}: the second form of tn() is not a literal")
        yield line, (_unescaped(first[1]), _unescaped(second[1]))


def _unescaped(literal: str) -> str:
    def character(escape: re.Match[str]) -> str:
        code = escape[1] or escape[2] or escape[3]
        return chr(int(code, 16)) if code else _ESCAPED.get(escape[4], escape[4])

    return _ESCAPE.sub(character, literal[1:-1])


def texts_of_python(source: str, *, with_refusals: bool = True) -> Iterator[Message]:
    """The messages of one Python file, and the sentences of its refusals; what is no literal was marked elsewhere."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = called(node)
            places = PYTHON_WORDS.get(name) or ((0,) if with_refusals and name in REFUSALS else ())
            found = tuple(
                each.value
                for each in (node.args[place] for place in places if place < len(node.args))
                if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value
            )
            if found and len(found) == len(places):
                yield node.lineno, found if len(found) > 1 else found[0]
        elif isinstance(node, ast.ClassDef):
            yield from ((node.lineno, text) for text in _said_by_a_kind(node))


def _said_by_a_kind(node: ast.ClassDef) -> list[str]:
    """What a kind of event says of itself: `class LeadClaimed(Event, says="claimed the lead")`."""
    said = [each.value for each in node.keywords if each.arg == "says"]
    return [
        each.value for each in said if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value
    ]


def called(call: ast.Call) -> str:
    """The last name of what is called: `Held` for errors.Held(…)."""
    function = call.func
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def texts_of_template(source: bytes) -> Iterator[Message]:
    """The messages of one template; a template that cannot be parsed is an error."""
    options = {"silent": "false", "trimmed": "true"}
    for line, function, message, _comments in babel_extract(io.BytesIO(source), TEMPLATE_WORDS, (), options):
        if isinstance(message, str):
            yield line, message
        elif message and message[0]:
            yield line, (str(message[0]), str(message[1])) if function == "ngettext" else str(message[0])


def texts(root: Path = ROOT) -> Iterator[tuple[str, Message]]:
    """Every message of the program with the file in which it stands, relative to `root`."""
    for folder in ("workspace", "workers"):
        for path in _files(root / folder, ".py"):
            with_refusals = path.relative_to(root).with_suffix("").parts[1] in MET_BY_THE_WEB
            yield from _of(path, root, texts_of_python(path.read_text(encoding="utf-8"), with_refusals=with_refusals))
    for path in _files(root / "templates", ".html"):
        yield from _of(path, root, texts_of_template(path.read_bytes()))
    for path in _files(root / "frontend" / "src", ".ts", ".tsx"):
        if path.name != "i18n.ts":  # defines the three functions
            yield from _of(path, root, texts_of_screens(path.read_text(encoding="utf-8")))


def _of(path: Path, root: Path, messages: Iterable[Message]) -> Iterator[tuple[str, Message]]:
    try:
        yield from ((path.relative_to(root).as_posix(), each) for each in messages)
    except ValueError as cause:
        raise NotLiteral(f"{path.relative_to(root)}: {cause}") from cause


def _files(folder: Path, *endings: str) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in endings)


def template_catalogue(root: Path = ROOT) -> Catalog:
    """All messages of the program, untranslated; a message's places are files without lines."""
    catalogue = Catalog(charset="utf-8")
    places: dict[str | tuple[str, ...], set[str]] = {}
    for place, (_line, message) in texts(root):
        places.setdefault(message, set()).add(place)
    for message in sorted(places, key=str):
        catalogue.add(message, locations=[(place, 0) for place in sorted(places[message])])
    return catalogue


def updated(catalogue: Catalog, template: Catalog) -> Catalog:
    """The catalogue with exactly the template's messages; a translation stays only with the very same source."""
    fresh = Catalog(locale=catalogue.locale, charset="utf-8")
    for message in template:
        if not message.id:
            continue
        known = catalogue.get(message.id)
        kept = known.string if known and known.id == message.id and not known.fuzzy else None
        fresh.add(message.id, kept, locations=message.locations)
    return fresh


def read_catalogue(path: Path) -> Catalog:
    """The catalogue of a language; an empty one where the file does not exist yet."""
    language = path.relative_to(path.parents[2]).parts[0]
    if not path.is_file():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write_catalogue(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue in its one form: sorted, without lines or dates."""
    plural = get_plural(catalogue.locale)
    body = io.BytesIO()
    write_po(body, catalogue, width=130, omit_header=True, sort_output=True, include_lineno=False, ignore_obsolete=True)
    name = Locale.parse(str(catalogue.locale)).english_name
    head = f"""\
# {name}. Made and kept in step by `make messages`; the translations are written by hand.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {catalogue.locale}\\n"
"MIME-Version: 1.0\\n"
"Plural-Forms: {plural.plural_forms}\\n"

"""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head.encode() + body.getvalue().strip() + b"\n")


def open_messages(catalogue: Catalog) -> list[str]:
    """The messages that have no translation, or lack a form."""
    untranslated = []
    for message in catalogue:
        forms = message.string if isinstance(message.string, list | tuple) else [message.string]
        if message.id and not all(forms):
            untranslated.append(message.id if isinstance(message.id, str) else message.id[0])
    return untranslated


def main(languages: Sequence[str]) -> int:
    """Bring the catalogues up to date; new `languages` are begun. Says what is left to translate; 1 if anything is."""
    template = template_catalogue()
    known = {path.name for path in LOCALE.iterdir()} if LOCALE.is_dir() else set()
    left = 0
    for language in sorted(known | set(languages)):
        path = LOCALE / language / "LC_MESSAGES" / "messages.po"
        catalogue = updated(read_catalogue(path), template)
        write_catalogue(path, catalogue)
        todo = open_messages(catalogue)
        left += len(todo)
        print(f"{language}: {len(catalogue)} messages, {len(todo)} to translate", *todo, sep="\n  ")
        if todo:
            print(f"Write these into {path.relative_to(ROOT)}, and run it again.")
    return min(left, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
