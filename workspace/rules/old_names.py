"""Names of files whose bytes are not UTF-8: which older encoding makes words of them. A reading is a help for people;
the bytes are what counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁІЇЄҐЎ")
_LATIN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýßœšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒŠŽªº¿¡«»–’°")
_MARKS = frozenset("№–—。、・「」（）ー々")


def reading(name: bytes) -> str | None:
    """The name as text, in an encoding in which it makes words; None where there is none.

    Words of one script, in letters that are common in it, with capitals where words have them. The encodings are asked
    in the order of how much such a test says; a short name may still be read wrongly.
    """
    for encoding, makes_words in _ENCODINGS.items():
        try:
            text = name.decode(encoding)
        except UnicodeDecodeError:
            continue
        strange = [char for char in text if not char.isascii()]
        if text.encode(encoding, "replace") == name and makes_words(text, strange):
            return text
    return None


def _latin(text: str, strange: list[str]) -> bool:
    return _LATIN.issuperset(strange) and all(
        (len(word) == 1 or _has_letters_of_ascii(word)) and _has_case(word) for word in _words(text)
    )


def _cyrillic(text: str, strange: list[str]) -> bool:
    letters = all(char in _CYRILLIC or char in _MARKS for char in strange)
    return letters and len(strange) > 1 and all(_CYRILLIC.issuperset(word) and _has_case(word) for word in _words(text))


def _one_script(script: str) -> Callable[[str, list[str]], bool]:
    def makes_words(text: str, strange: list[str]) -> bool:
        begins = len(strange) > 1 and unicodedata.category(strange[0])[0] == "L"
        letters = begins and all(script in unicodedata.name(char, "") or char in _MARKS for char in strange)
        return letters and not any(_has_letters_of_ascii(word) for word in _words(text))

    return makes_words


def _common(encoding: str, leads: tuple[range, ...]) -> Callable[[str, list[str]], bool]:
    """Whether every character stands among the common ones of a double-byte set: in rows with these first bytes."""

    def makes_words(text: str, strange: list[str]) -> bool:
        is_common = all(any(char.encode(encoding)[0] in lead for lead in leads) for char in strange)
        return is_common and not any(_has_letters_of_ascii(word) for word in _words(text))

    return makes_words


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if not word.isascii()]


def _has_letters_of_ascii(word: str) -> bool:
    return any(char.isascii() for char in word)


def _has_case(word: str) -> bool:
    return word in (word.lower(), word.upper(), word[:1] + word[1:].lower())


_ENCODINGS: dict[str, Callable[[str, list[str]], bool]] = {
    "cp1252": _latin,
    "cp1251": _cyrillic,
    "koi8-r": _cyrillic,
    "cp866": _cyrillic,
    "cp932": _common("cp932", (range(0x81, 0x84), range(0x88, 0x98))),  # kana, JIS level 1
    "euc-kr": _common("euc-kr", (range(0xB0, 0xC9),)),  # syllables
    "gb18030": _common("gb18030", (range(0xA1, 0xA4), range(0xB0, 0xD8))),  # GB 2312 level 1
    "big5": _common("big5", (range(0xA1, 0xC7),)),  # frequent characters
    "cp874": _one_script("THAI"),
    "cp1256": _one_script("ARABIC"),
    "cp1255": _one_script("HEBREW"),
    "cp1253": _one_script("GREEK"),
}
