"""The codes of the record that belong to no rule of their own; what they are called stands in vocabulary.py."""

from __future__ import annotations

AGENCY_KINDS = ("police", "child_protection", "prosecution", "international")
