"""Writes to the terminal of whoever started us.

A line may hold text from outside: names out of a package, a register, a device. A terminal obeys control characters
(ECMA-48: colours, moves of the cursor, text that is hidden), and signs that change the direction of writing show
another order than the one that is there (Unicode TR 36, «Bidirectional text spoofing»). So every line of every command
is written here, and each such sign stands as its code. Standard library alone: set-up speaks before anything is
installed.
"""

from __future__ import annotations

import sys
import unicodedata

UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
"""Unicode's general categories of signs that act, or that nobody sees: controls, formats (directions, signs without a
width), halves of pairs, private use, ends of lines and paragraphs."""


def plain(text: object) -> str:
    """The text with every sign of those categories as its code: `[U+001B]`."""
    return "".join(f"[U+{ord(sign):04X}]" if unicodedata.category(sign) in UNSEEN else sign for sign in str(text))


def say(line: str = "") -> None:
    """Tell the person who started us; on stderr, because the last line of stdout may be a result."""
    print(plain(line), file=sys.stderr, flush=True)


def show(*cells: object) -> None:
    """Write one line of a result on stdout; several cells stand apart by tabs."""
    print("\t".join(plain(cell) for cell in cells), flush=True)
