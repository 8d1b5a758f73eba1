"""Which script a text is in, which languages it may be in, by letters that few languages write, and where they are
official.

A hint for «which country?», nothing more: tourists buy shirts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

from babel.languages import get_official_languages

SCRIPTS_READ = ("Latn", "Hani", "Hrkt")
"""The scripts that the program for text in pictures reads (analysis/texts.py, benchmarks/texts.py); what is written in
others it does not find."""
_FIRST_WORDS = {
    "LATIN": "Latn",
    "CJK": "Hani",
    "HIRAGANA": "Hrkt",
    "KATAKANA": "Hrkt",
    "GREEK": "Grek",
    "CYRILLIC": "Cyrl",
    "ARABIC": "Arab",
    "HEBREW": "Hebr",
    "DEVANAGARI": "Deva",
    "THAI": "Thai",
    "HANGUL": "Hang",
}
"""Scripts (ISO 15924) by the first word of the names of their letters in Unicode. Hrkt: both Japanese syllabaries."""
LETTERS = {
    "ca": "ŀ",
    "cs": "ěřů",
    "da": "ø",
    "de": "ß",
    "es": "ñ¿¡",
    "fr": "œ",
    "hu": "őű",
    "is": "ðþ",
    "lt": "ėįų",
    "lv": "ģķļņ",
    "no": "ø",
    "pl": "łśźż",
    "pt": "ãõ",
    "ro": "șț",
    "tr": "ğış",
    "vi": "ơưđ",
}
"""Letters out of the main exemplar sets of the Unicode CLDR that the sets of few other languages hold."""
SCRIPTS = {
    "Arab": ("ar", "fa", "ur"),
    "Deva": ("hi", "ne"),
    "Grek": ("el",),
    "Hani": ("zh",),
    "Hang": ("ko",),
    "Hebr": ("he",),
    "Hrkt": ("ja",),
    "Thai": ("th",),
}
"""Languages whose script it is, by the Unicode CLDR's likely subtags; Latin and Cyrillic are those of too many."""


def scripts_of(text: str) -> list[str]:
    """The scripts of a text's letters, each once, in the order of the alphabet; others than the known are left out."""
    names = {unicodedata.name(sign, "").partition(" ")[0] for sign in text if sign.isalpha()}
    return sorted({_FIRST_WORDS[name] for name in names if name in _FIRST_WORDS})


def languages_of(text: str, scripts: Iterable[str]) -> list[str]:
    """The languages that the letters of a text, or its scripts, speak for, by their codes; none where nothing does."""
    letters, seen = set(text.casefold()), set(scripts)
    found = {language for language, own in LETTERS.items() if letters & set(own)}
    for script in seen:
        found.update(SCRIPTS.get(script, ()))
    if "Hrkt" in seen:
        found.discard("zh")
    return sorted(found)


@cache
def speaks(country: str) -> frozenset[str]:
    """The official languages of a country, by the Unicode CLDR, those that are official in fact too."""
    return frozenset(get_official_languages(country, regional=False, de_facto=True))
