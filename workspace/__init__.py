"""Concord: the shared workspace of a joint victim-identification operation."""
