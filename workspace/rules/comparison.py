"""One form in which texts that people type are compared, and one in which they are found. What is stored and shown
stays as it was typed; the keys stand beside it."""

from __future__ import annotations

import re
import unicodedata

MARKLESS = str.maketrans(
    {
        "\u00f8": "o",
        "\u0142": "l",
        "\u0111": "d",
        "\u00f0": "d",
        "\u0127": "h",
        "\u0167": "t",
        "\u0131": "i",
        "\u00e6": "ae",
        "\u0153": "oe",
        "\u00fe": "th",
    }
)
"""Letters that people type without their stroke, and that Unicode does not take apart."""
MINUS = "\u2212"
"""The mathematical minus sign: a symbol to Unicode, a hyphen to whoever types a number."""


def comparison_key(text: str) -> str:
    """The form in which two writings of one name, label, serial or number are equal.

    Compatibility form and case folded (NFKC, casefold), nothing invisible (categories Cf and Cc), white space as one
    space and none around, every dash as the ASCII hyphen, the decimal digits of every script as 0 to 9.
    """
    spaced = re.sub(r"\s+", " ", text)
    visible = "".join(char for char in spaced if unicodedata.category(char) not in ("Cf", "Cc"))
    # Folding can take a text out of the compatibility form, and that form can have capitals again: until nothing
    # changes.
    while (folded := unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())) != visible:
        visible = folded
    return re.sub(r"\s+", " ", "".join(map(_sign, visible))).strip()


def _sign(char: str) -> str:
    """The sign that a dash or a digit of any script stands for; every other character as it is."""
    if char == MINUS or unicodedata.category(char) == "Pd":
        return "-"
    return str(unicodedata.decimal(char, char))


def search_key(text: str) -> str:
    """The form in which a text is found: its comparison key without marks, however they are composed (NFKD)."""
    key = comparison_key(text)
    # A mark that goes may leave a sign that is compared otherwise: until nothing changes.
    while (bare := comparison_key(_without_marks(key))) != key:
        key = bare
    return key


def pattern_of(words: str) -> str | None:
    """The pattern of SQL's LIKE for search keys that hold these words; None where nothing of them is left."""
    key = search_key(words)
    return "%" + key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" if key else None


def _without_marks(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(char for char in parts if unicodedata.category(char) != "Mn").translate(MARKLESS)


def trimmed(text: str) -> str:
    """The text without white space, control and format characters at its ends; what stands inside stays as it is."""
    start, end = 0, len(text)
    while start < end and _is_unseen(text[start]):
        start += 1
    while end > start and _is_unseen(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_unseen(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cf", "Cc", "Zs", "Zl", "Zp")
