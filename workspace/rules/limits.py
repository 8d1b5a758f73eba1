"""Times and bounds that more than one place keeps to."""

from __future__ import annotations

PRESENCE_S = 30
"""Seconds after which somebody is no longer shown as looking at a lead. An open page reports every 10 s (docs/field.md,
Screens)."""

LEAST_LEASE_S, MOST_LEASE_S = 60, 86400
LEAST_EXERCISE_LEASE_S = 5
"""How long a claim may be held, by the settings of an operation; an exercise may use shorter ones."""
