"""Commands: the only code that writes. `verb_noun(tx, …)` asks policy, changes rows, records one event; never
commits."""
