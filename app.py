"""The entry: `python3 app.py COMMAND …`, started by any Python from 3.11 to 3.13.

It makes the project's environment at the first start and continues in it. Only the standard library may be imported
here, written as an old Python can still read it: it has to understand the refusal below.
"""

import os
import sys

OLDEST, NEWEST = (3, 11), (3, 13)


def refusal_lines(message: str, facts: "dict[str, object]") -> "list[str]":
    """The message and, a line each, every fault that it does not name itself."""
    faults = facts.get("faults")
    listed = [str(fault) for fault in faults] if isinstance(faults, list) else []
    return [message] + ["  " + fault for fault in listed if fault not in message]


def main() -> int:
    """Enter the project's environment, then run the command."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = ".".join(str(part) for part in sys.version_info[:2])
        sys.exit("Concord needs Python 3.11, 3.12 or 3.13; this is " + found + ". Try: python3.11 app.py setup")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        # One process per core is the plan: the numeric libraries' own threads would only fight each other.
        os.environ.setdefault(name, "1")
    from workspace.errors import WorkspaceError
    from workspace.host.environment import enter
    from workspace.host.terminal import plain

    try:
        enter()
        from workspace.cli.main import main as run

        return run(sys.argv[1:])
    except WorkspaceError as refusal:
        sys.exit("\n".join(plain(line) for line in refusal_lines(refusal.message, refusal.facts)))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
