"""Sets one long paper in a process of its own: data as JSON from standard input, the PDF to standard output.

python -m workspace.exchange.set_paper TIMESTAMP. For `pdf.render_pdf` alone. It lets everybody else of the machine go
first: who asked for the paper waits for it, and nobody else does.
"""

from __future__ import annotations

import os
import sys

BEHIND_THE_WEB = 10
"""How nice it is."""


def main() -> int:
    """Read, set, write."""
    os.nice(BEHIND_THE_WEB)
    os.putenv("RAYON_NUM_THREADS", "1")  # Typst would take every core
    from workspace.exchange.pdf import set_data  # after that: importing is half of its work

    sys.stdout.buffer.write(set_data(sys.stdin.buffer.read().decode(), int(sys.argv[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
