"""Drafts: what a person writes and has not sent. Where one belongs, how much is kept, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

MOST_DRAFTS = 200
"""Per person. Nobody writes so many forms at once; a program that goes wrong is stopped here."""
MOST_FIELDS = 100
MOST_NAME = 200
"""Characters of a field's name, of a form's and of a page's."""
MOST_FIELD = 20_000
"""Characters of one field; the longest that any form takes are 8,000."""
MOST_CHARACTERS = 40_000
"""Of all fields of a form."""
KEPT_AFTER_CLOSING = timedelta(days=30)
"""How long the drafts of an operation are kept once it has closed; outside operations, since they were written."""


@dataclass(frozen=True)
class FormPlace:
    """A form on a page. operation_id: None outside operations. subject: the page's address without the operation's;
    form: the form's name there."""

    operation_id: int | None
    subject: str
    form: str

    def owner(self, user_id: int) -> str:
        """Under whose key it is sealed: a person's in one operation."""
        return f"{user_id}\0{self.operation_id or 'installation'}"

    @property
    def name(self) -> str:
        """Which form it is, in one text."""
        return f"{self.subject}\0{self.form}"
