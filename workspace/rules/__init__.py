"""The rules: pure facts and decisions that everybody may ask. Reads no rows, imports nothing of ours but the words."""
