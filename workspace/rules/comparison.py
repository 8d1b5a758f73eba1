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
