"""Readers and writers of what comes in and goes out: pure, without database, clock or network."""
