"""Which signs a paper can show, and what stands for the others: their code, as [U+1F4F7].

Typst carries faces for European scripts and mathematics; packages bring Noto for most of the world's (NOTICE names
them). PDF/UA-1 allows no sign without a picture, so the renderer itself is asked about each that it refused.
"""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import typst

from workspace.errors import Unavailable

STANDARD: Final = "ua-1"  # PDF/UA-1: tagged, titled, with a language, so that a screen reader can read it
OWN = Path(__file__).parent / "templates" / "fonts"
PACKAGED = (
    ("justmytype_western_core", "fonts/ofl/notosans"),  # Latin, Greek, Cyrillic
    ("justmytype_western_core", "fonts/ofl/notosanssymbols2"),
    ("justmytype_intl_rtl", "fonts/ofl"),  # Arabic, Hebrew
    ("justmytype_intl_sea", "fonts/ofl"),  # Thai, Lao, Khmer, Burmese
    ("justmytype_intl_south_asia", "fonts/ofl"),  # Devanagari, Bengali, Tamil, Telugu
    ("justmytype_intl_africa", "fonts/ofl"),  # Ethiopic
    ("noto_cjk_sans_otc", ""),  # Chinese, Japanese, Korean
)
"""Packages that carry faces, and the folders inside them. They are read as files; none of their code is run."""
MOST_ATTEMPTS = 12
"""So often a document is set before every sign outside Latin stands as its code: each attempt takes away what the one
before it was refused for."""
LATIN_ENDS = "\u017f"

_REFUSED = re.compile(r'the text (?:contains the disallowed codepoint )?`"(?P<text>.*)"`', re.DOTALL)
_PROBE = b'#set document(title: "sign")\n#set text(font: "Noto Sans")\n#sys.inputs.text'


@cache
def faces() -> typst.Fonts:
    """The faces of a paper: Noto Sans beside the template, Noto for the world's scripts, and what Typst carries.

    Raises:
        Unavailable: a package with faces is not installed.
    """
    return typst.Fonts(include_system_fonts=False, font_paths=[str(OWN), *(str(_inside(*each)) for each in PACKAGED)])


def set_with_codes(strings: Collection[str], compile_with: Callable[[dict[int, str]], bytes]) -> bytes:
    """Set a document; the signs that no face has stand as their codes.

    strings: every text of the document. compile_with: sets it, with each text translated by the table
    (`str.translate`).

    Raises:
        typst.TypstError: it cannot be set for another reason.
    """
    # Half of a pair of UTF-16 has no bytes that could be handed to Typst.
    codes = {ord(sign): code_of(sign) for text in strings for sign in text if unicodedata.category(sign) == "Cs"}
    for attempt in range(MOST_ATTEMPTS + 1):
        try:
            return compile_with(codes)
        except typst.TypstError as fault:
            refused = _REFUSED.search(str(fault))
            if refused is None or attempt == MOST_ATTEMPTS:
                raise
            texts = strings if attempt < MOST_ATTEMPTS - 1 else ()
            codes |= _codes(_unshown(texts, codes) or _of_cluster(refused["text"], codes) or _beyond_latin(strings))
    raise AssertionError("the last attempt returns or raises")


def code_of(sign: str) -> str:
    """[U+1F4F7]."""
    return f"[U+{ord(sign):04X}]"


def _inside(package: str, folder: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable("The fonts for papers are not installed: python3 app.py setup", package=package)
    return Path(next(iter(spec.submodule_search_locations))) / folder


def _codes(signs: Iterable[str]) -> dict[int, str]:
    return {ord(sign): code_of(sign) for sign in signs}


def _unshown(strings: Iterable[str], codes: dict[int, str]) -> set[str]:
    signs = {sign for text in strings for sign in text if not _is_latin(sign) and ord(sign) not in codes}
    return {sign for sign in signs if not _is_shown(sign)}


def _of_cluster(text: str, codes: dict[int, str]) -> set[str]:
    """What is taken out of signs that are shown alone but not together: the marks, else all of them."""
    told = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), text)
    signs = {sign for sign in told if not _is_latin(sign) and ord(sign) not in codes}
    return {sign for sign in signs if unicodedata.category(sign)[0] in "MC"} or signs


def _beyond_latin(strings: Iterable[str]) -> set[str]:
    return {sign for text in strings for sign in text if not _is_latin(sign)}


def _is_latin(sign: str) -> bool:
    """Whether the face beside the template has the sign, or it is white space."""
    return sign in "\t\n\r" or " " <= sign <= "~" or "\xa0" <= sign <= LATIN_ENDS


@lru_cache(maxsize=20_000)
def _is_shown(sign: str) -> bool:
    """Whether some face has the sign; a mark, on a letter."""
    text = f"e{sign}" if unicodedata.category(sign)[0] == "M" else sign
    try:
        typst.compile(_PROBE, font_paths=faces(), format="pdf", sys_inputs={"text": text}, pdf_standards=STANDARD)
    except typst.TypstError:
        return False
    return True
