"""The one-click links of an exercise, one key per person.

Whether they exist at all is `Settings.demo_links_allowed`: an exercise, on a loopback address; the caller's address is
never asked. Must not open a session.
"""

from __future__ import annotations

from collections.abc import Iterable

from workspace.settings import Settings
from workspace.store import exercise_secret
from workspace.web.security import origin


def new_secret(settings: Settings) -> None:
    """Make this run's secret; the links of earlier runs end with it."""
    exercise_secret.new_secret(settings.home)


def exercise_links(settings: Settings, people: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    """One link per person: (name, URL), in the order given; none where such links are not allowed. Needs `new_secret`
    first.

    people: (user id, name).
    """
    if not settings.demo_links_allowed:
        return []
    return [
        (name, origin(settings) + exercise_secret.link_path(settings.home, user_id, played_by="person"))
        for user_id, name in people
    ]


def who_plays(settings: Settings, user_id: int, key: str) -> str | None:
    """Who signs in by a link with this key: "person" or "partner"; None if it is not a link of this person and this
    run."""
    if not settings.demo_links_allowed:
        return None
    return exercise_secret.played_by(settings.home, user_id, key)
