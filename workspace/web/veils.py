"""Veiled pictures inside an answer: some hundred bytes each, so that a screen of tiles is one request."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from workspace.errors import Unavailable
from workspace.store.keys import OperationKey
from workspace.web.context import media_store


def veils_in_base64(addresses: Sequence[str | None], key: OperationKey | None) -> list[str | None]:
    """The pictures at these addresses of the store. One that the store has lost is told as none, and the others
    stand."""
    return [_picture(address, key) if address and key else None for address in addresses]


def _picture(address: str, key: OperationKey) -> str | None:
    try:
        return b64encode(media_store().read_bytes(address, key=key)).decode()
    except Unavailable:
        return None
