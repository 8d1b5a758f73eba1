"""The exported record as one file: the lines, the signed heads, and the program that verifies them. Pure: no rows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from workspace.exchange import verify_record

RECORD, VERIFIER = "record.jsonl", "verify_record.py"
README = """\
The record of {operation}: one line per event in record.jsonl, no pictures and no free text.

Verify it on a machine of your own, with Python 3.11 or newer and nothing else:

  python3 verify_record.py record.jsonl --head YOUR-HEADS

YOUR-HEADS are signed heads that you or your country kept since an earlier day, outside the installation. The heads in
the folder heads/ came with this export; they find a cut file, but not a record that was rewritten before it was
exported. Take verify_record.py from another copy of Concord if you do not trust the one that you exported from.

Whose signature a head carries, KEY being what the operators told you («app.py record key»):

  python3 app.py record verify record.jsonl --head YOUR-HEADS --key KEY

or with openssl, PEM being the file that «app.py record key --pem» printed:

  sed '/^$/,$d' HEAD > text
  sed -n 's/^— [^ ]* //p' HEAD | base64 -d | tail -c 64 > signature
  openssl pkeyutl -verify -pubin -inkey PEM -rawin -in text -sigfile signature
"""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every member: the same record gives the same file."""


def head_name(operation_id: int, seq: int) -> str:
    """The name of the file with a signed head."""
    return f"head-{operation_id}-{seq}.txt"


def build_export(operation_id: int, lines: Iterable[str], heads: Mapping[int, str]) -> bytes:
    """The export as a ZIP. lines: as `verify_record` writes them, whole or withheld. heads: their texts by the number
    of their event."""
    members = {
        "README.txt": README.format(operation=_of_what(operation_id)).encode(),
        VERIFIER: Path(verify_record.__file__).read_bytes(),
        RECORD: "".join(lines).encode(),
        **{f"heads/{head_name(operation_id, seq)}": note.encode() for seq, note in heads.items()},
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _of_what(operation_id: int) -> str:
    return f"operation {operation_id}" if operation_id else "the installation itself (accounts, sessions, agencies)"
