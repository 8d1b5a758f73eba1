"""Queries: the only code that reads for people. They take a session whose viewer is set and return plain values."""
