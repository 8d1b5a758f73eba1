"""Finds vectors that are like others, exactly: blocks in memory propose, the rows decide.

One interface for whoever compares: a gallery of an operation is brought up to the rows, then asked. The vectors are
biometric data: they lie in the memory of a process that may read the rows anyway, and never on a disk.
"""
