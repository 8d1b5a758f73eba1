"""What open boards and leads' pages are sent through their sockets: the same shapes as REST answers, as the same
JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial

from workspace.queries.board import Board
from workspace.queries.presence import Present
from workspace.web.answers import Json


@dataclass(frozen=True, kw_only=True)
class BoardMessage(Board):
    """What changed on a board: what the REST route of its changes answers, and of which operation it is."""

    operation: int


@dataclass(frozen=True)
class PresenceMessage:
    """Who looks at which lead of an operation now, by the lead's id."""

    operation: int
    leads: dict[str, list[Present]]


class SocketJson:
    """The JSON of answers, for the library of the sockets."""

    dumps = staticmethod(partial(json.dumps, default=Json.default))
    loads = staticmethod(json.loads)
