"""gettext without the web: what a worker writes for people is said in their language.

The catalogues are those of pages and screens (locale/), compiled by setup. A language without one is answered in
English.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import cache

from workspace.settings import ROOT


@cache
def translator(language: str) -> Callable[[str], str]:
    """The function that says an English source in this language."""
    return gettext.translation("messages", ROOT / "locale", languages=[language], fallback=True).gettext
