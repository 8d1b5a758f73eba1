"""One form in which texts that people type are compared. What is stored and shown stays as it was typed."""

from __future__ import annotations

import re
import unicodedata

MINUS = "\u2212"
"""The mathematical minus sign: a symbol to Unicode, a hyphen to whoever types a number."""


def comparison_key(text: str) -> str:
    """The form in which two writings of one name, label, serial or number are equal.

    Compatibility form and case folded (NFKC, casefold), nothing invisible (categories Cf and Cc), white space as one
    space and none around, every dash as the ASCII hyphen.
    """
    spaced = re.sub(r"\s+", " ", text)
    visible = "".join(char for char in spaced if unicodedata.category(char) not in ("Cf", "Cc"))
    # Folding can take a text out of the compatibility form, and that form can have capitals again: until nothing
    # changes.
    while (folded := unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())) != visible:
        visible = folded
    dashed = "".join("-" if char == MINUS or unicodedata.category(char) == "Pd" else char for char in visible)
    return re.sub(r"\s+", " ", dashed).strip()


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
