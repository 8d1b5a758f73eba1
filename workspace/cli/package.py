"""The commands around packages: a receiving agency's `package keygen` and `package open`, which work on any machine,
and `package signer`, by which an installation tells its key. None needs engines.

Thin: exchange/referral_package.py does the work. A secret identity is printed once, to this terminal only.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from workspace.errors import Invalid
from workspace.exchange.referral_package import new_recipient_keypair, open_package
from workspace.host.terminal import say, show
from workspace.settings import settings
from workspace.store.keys import load_or_create_signing_key, signing_key_file

if TYPE_CHECKING:
    # argparse keeps the type of add_subparsers' answer private; only the checker needs its name.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

MOST_BYTES = 1 << 30
"""A package's limit is half of this; a larger file is none."""


def register(commands: Commands) -> None:
    """Add this group's commands."""
    package = commands.add_parser("package", help="an agency's key for referral packages, and opening one")
    actions = package.add_subparsers(title="actions", metavar="ACTION", required=True)

    keygen = actions.add_parser(
        "keygen", help="make a key pair: the identity stays with the agency, the public key is given"
    )
    keygen.add_argument(
        "--identity", type=Path, metavar="FILE", help="write the identity to a new private file, do not print it"
    )
    keygen.set_defaults(run=run_keygen)

    signer = actions.add_parser("signer", help="print the public key with which this installation signs packages")
    signer.set_defaults(run=run_signer)

    opening = actions.add_parser("open", help="verify a package and unpack it into a new folder")
    opening.add_argument("file", type=Path, metavar="FILE", help="the package as it was downloaded")
    opening.add_argument(
        "--identity", type=Path, required=True, metavar="FILE", help="the file with the agency's identity"
    )
    opening.add_argument("--signer", metavar="HEX", help="the sending installation's public key, as the sender told it")
    opening.add_argument(
        "--into", type=Path, metavar="FOLDER", help="a new folder; FILE without its ending if not given"
    )
    opening.set_defaults(run=run_open)


def run_keygen(arguments: argparse.Namespace) -> int:
    """Make a key pair; the identity goes into a private file, or to this terminal."""
    public, identity = new_recipient_keypair()
    if arguments.identity:
        _write_private(arguments.identity, identity + "\n")
        say(f"The identity is in {arguments.identity}; whoever has it can open your packages.")
    else:
        show(f"identity   {identity}")
        say("Keep the identity; it is shown only now. Whoever has it can open your packages.")
    show(f"public key {public}")
    return 0


def run_signer(_arguments: argparse.Namespace) -> int:
    """Print this installation's public signing key, for receivers to compare."""
    show(load_or_create_signing_key(signing_key_file(settings().key_file)).public_key().public_bytes_raw().hex())
    return 0


def run_open(arguments: argparse.Namespace) -> int:
    """Verify every hash and the signature, then write the files into a new folder.

    Raises:
        Invalid: it cannot be opened, or its signer was not named: `faults` says what to compare. Nothing was written.
    """
    identity = _read(arguments.identity, 4096).decode("utf-8", "replace")
    secret = next((line for line in identity.split() if line.startswith("AGE-SECRET-KEY-")), "")
    signer = _signer(arguments.signer) if arguments.signer else None
    opened = open_package(_read(arguments.file, MOST_BYTES), secret, signer=signer)
    if signer is None:
        raise Invalid(
            "Who signed this package is not known here, so nothing was written. Ask the sender by another way, as a "
            "call, for the public key of their installation and compare all 64 digits; if they are equal, run the "
            "command again with --signer and these digits.",
            faults=[f"signed by {opened.signer.hex()}", f"manifest SHA-256 {opened.manifest_sha256.hex()}"],
        )
    folder: Path = arguments.into or arguments.file.with_suffix("")
    try:
        folder.mkdir(mode=0o700)
        for name, content in opened.files.items():
            path = folder / name  # open_package lets no other names through than its own
            path.parent.mkdir(mode=0o700, exist_ok=True)
            path.write_bytes(content)
    except FileExistsError as cause:
        raise Invalid(f"{folder} exists already; name a new folder with --into.") from cause
    show(f"{opened.manifest['referral']} of lead {opened.manifest['lead']}: {opened.manifest['statement']}.")
    show(f"{len(opened.files)} files, every hash and the signature hold; written to {folder}.")
    show(f"manifest SHA-256 {opened.manifest_sha256.hex()}")
    show(f"signed by        {opened.signer.hex()}")
    return 0


def _signer(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError as cause:
        raise Invalid("The signer is 64 hexadecimal digits.") from cause


def _read(path: Path, most_bytes: int) -> bytes:
    try:
        if path.stat().st_size > most_bytes:
            raise Invalid(f"{path} is too large to be what is asked for.")
        return path.read_bytes()
    except OSError as cause:
        raise Invalid(f"{path} cannot be read: {cause.strerror}.") from cause


def _write_private(path: Path, content: str) -> None:
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(content, encoding="utf-8")
    except OSError as cause:
        raise Invalid(f"{path} cannot be written: {cause.strerror}.") from cause
