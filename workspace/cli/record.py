"""The commands around the record: `record verify` of an export on any machine, `record key`, by which an installation
tells the key that signs its heads, and `record check` of the installation itself, which alone needs engines.

Thin: exchange/verify_record.py and exchange/heads.py do the work.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from workspace.cli import record_check
from workspace.errors import Invalid
from workspace.exchange.heads import is_signed_by, public_key_of, verifier_of
from workspace.exchange.verify_record import Head, NoHeadError, read_head, told, verify_record
from workspace.host.terminal import show
from workspace.settings import settings
from workspace.store.keys import head_key_file, load_or_create_signing_key

if TYPE_CHECKING:
    # argparse keeps the type of add_subparsers' answer private; only the checker needs its name.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

MOST_HEAD_BYTES = 1 << 16
"""A signed head has some 300 bytes."""


def register(commands: Commands) -> None:
    """Add this group's commands."""
    record = commands.add_parser(
        "record", help="check the record here, verify an exported one, and tell the key of its signed heads"
    )
    actions = record.add_subparsers(title="actions", metavar="ACTION", required=True)

    verify = actions.add_parser("verify", help="verify an export, and compare it with signed heads that were kept")
    verify.add_argument("file", type=Path, metavar="EXPORT.jsonl", help="the record as it was exported")
    verify.add_argument("--head", type=Path, nargs="+", default=[], metavar="FILE", help="signed heads that were kept")
    verify.add_argument("--key", metavar="KEY", help="the key that signs heads, as the installation told it")
    verify.set_defaults(run=run_verify)

    record_check.register(actions)

    key = actions.add_parser("key", help="print the public key with which this installation signs heads")
    key.add_argument("--pem", action="store_true", help="as openssl reads it")
    key.set_defaults(run=run_key)


def run_key(arguments: argparse.Namespace) -> int:
    """Print this installation's public key for heads of records, for whoever keeps them."""
    public = load_or_create_signing_key(head_key_file(settings().key_file)).public_key()
    if arguments.pem:
        show(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode().rstrip("\n"))
    else:
        show(verifier_of(settings().installation_name, public.public_bytes_raw()))
    return 0


def run_verify(arguments: argparse.Namespace) -> int:
    """Verify an export; exit code 1 if anything is wrong with it or with a head.

    Raises:
        Invalid: a file cannot be read, is no head, or heads come without the key that signs them.
    """
    if arguments.head and not arguments.key:
        raise Invalid(
            "Who signed these heads is not known here. Ask the operators for the key, as a call, and name it with "
            "--key; they print it with: app.py record key."
        )
    if arguments.key:
        public_key_of(arguments.key)
    faults, heads = [], []
    for path in arguments.head:
        note, head = _head(path)
        heads.append(head)
        if not is_signed_by(note, arguments.key):
            faults.append(f"{path}: the signature is not that of this key over this text")
    try:
        with arguments.file.open(encoding="utf-8", errors="replace") as lines:
            report = verify_record(lines, heads=heads)
    except OSError as cause:
        raise Invalid(f"{arguments.file} cannot be read: {cause.strerror}.") from cause
    report.faults[:0] = faults
    for line in told(report):
        show(line)
    return 0 if report.is_intact else 1


def _head(path: Path) -> tuple[str, Head]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            note = file.read(MOST_HEAD_BYTES)
        return note, read_head(note)
    except OSError as cause:
        raise Invalid(f"{path} cannot be read: {cause.strerror}.") from cause
    except NoHeadError as cause:
        raise Invalid(f"{path} is {cause}.") from cause
