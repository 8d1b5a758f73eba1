"""Sets one long paper in a process of its own: data as JSON from standard input, the PDF to standard output.

python -m workspace.exchange.set_paper TIMESTAMP. For `pdf.render_pdf` alone.
"""

from __future__ import annotations

import sys

from workspace.exchange.pdf import set_data


def main() -> int:
    """Read, set, write."""
    sys.stdout.buffer.write(set_data(sys.stdin.buffer.read().decode(), int(sys.argv[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
