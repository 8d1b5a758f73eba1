"""How leads, referrals, persons, series, clue cards and entries of the ledger are called by their numbers: L-0001,
R-0001, P-0001, S-0001, C-0001, V-001; and how an agency is called with its country.

The only place in Python; frontend/src/shared/numbers.ts writes the same forms on the screens.
"""

from __future__ import annotations


def lead_number(number: int) -> str:
    """L-0001."""
    return f"L-{number:04d}"


def referral_number(number: int) -> str:
    """R-0001."""
    return f"R-{number:04d}"


def person_number(number: int) -> str:
    """P-0001."""
    return f"P-{number:04d}"


def series_number(number: int) -> str:
    """S-0001."""
    return f"S-{number:04d}"


def card_number(number: int) -> str:
    """C-0001."""
    return f"C-{number:04d}"


def entry_number(number: int, kind: str) -> str:
    """An entry of the ledger: V-001 for a victim, O-001 for an offender."""
    return f"{'V' if kind == 'victim' else 'O'}-{number:03d}"


def agency_name(name: str, country: str) -> str:
    """An agency with its country before it, unless its name begins with that code: «PE · Police», «PE-DIVINDAT»."""
    begins = name.startswith(country) and not name[len(country) : len(country) + 1].isalnum()
    return name if begins else f"{country} · {name}"
