"""People at real browsers: each in a context of his own, with a record of everything that a browser complains of.

A seat passes only if the browser had nothing to say: no script error, no violation of the content policy, no request
that leaves this machine. What a test provokes (a refused claim, a cut line) it names beforehand.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from tests.support.waiting import until_on
from workspace.commands.exercise import take_seats
from workspace.commands.identity import start_session
from workspace.model.database import Database
from workspace.queries.exercise import partners_seats
from workspace.web.context import COOKIE

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

# A busy machine is slow, not wrong; where a limit is what a test is about, it stands there.
expect.set_options(timeout=30_000)

WATCH = """document.addEventListener('securitypolicyviolation',
  (event) => console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`));"""
"""Runs in every page before its own scripts; by the debugger, so that the content policy does not apply to it."""

SCROLL_ON = """(lead) => {
  if (document.querySelector(`[data-id="${lead}"]`)) return false;
  for (const closed of document.querySelectorAll('.card-stack[aria-expanded="false"]')) closed.click();
  for (const list of document.querySelectorAll('.board .cards')) {
    const end = list.scrollTop + list.clientHeight >= list.scrollHeight - 1;
    list.scrollTop = end ? 0 : list.scrollTop + list.clientHeight / 2;
  }
  return true;
}"""
"""Opens the stacks in sight and scrolls every column on by half of what it shows, from its end back to its start,
unless the card is there."""

OPEN_STACKS = """(column) => {
  const closed = `section:has(#c-${column}) .card-stack[aria-expanded="false"]`;
  for (const stack of document.querySelectorAll(closed)) stack.click();
}"""


class Seat:
    """One person at one browser window."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.complaints: list[str] = []
        self.abroad: list[str] = []
        self._provoked: list[str] = []
        usual: dict[str, Any] = {
            "viewport": DESKTOP,
            "locale": "en-GB",
            "color_scheme": "light",
            "accept_downloads": True,
        }
        self.context = browser.new_context(base_url=url, **usual | options)
        self.context.set_default_timeout(30_000)
        self.context.add_init_script(WATCH)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("request", self._see)
        self._asked: set[Request] = set()
        for done in ("requestfinished", "requestfailed"):
            self.page.on(done, self._hear_answer)

    def sign_in(self, database: Database, person: int, path: str) -> Seat:
        """Give the browser a session of this person, as after a passkey, and open a page."""
        with database.write(person) as tx:
            take_seats(tx, partners_seats(tx.session, person))
            secret = start_session(tx, how="passkey")
        # Set as from https: browsers then send it to http://localhost too, as they do after signing in there.
        self.context.add_cookies([{"name": COOKIE, "value": secret, "url": "https://localhost/", "secure": True}])
        self.page.goto(path)
        return self

    def provoke(self, *patterns: str) -> None:
        """Name complaints that this test is about to cause."""
        self._provoked += patterns

    def check(self) -> None:
        """Fail if the browser complained of anything that was not provoked, or asked another machine for anything."""
        unexpected = [one for one in self.complaints if not any(re.search(pattern, one) for pattern in self._provoked)]
        assert not unexpected, unexpected
        assert not self.abroad, self.abroad

    def card(self, lead: object) -> Locator:
        """A lead's card on the board."""
        return self.page.locator(f'[data-id="{lead}"]')

    def bring(self, lead: object) -> Locator:
        """A lead's card, its column scrolled to where it is: only cards near those in sight are in the document."""
        until_on(self.page, lambda: not self.page.evaluate(SCROLL_ON, str(lead)))
        return self.card(lead)

    def in_column(self, column: str, lead: object) -> Locator:
        """A lead's card, if it stands in this column."""
        return self.page.locator(f"section:has(#c-{column})").locator(f'[data-id="{lead}"]')

    def until_in_column(self, column: str, lead: object) -> None:
        """Wait until a lead's card stands in this column, in an opened stack too."""

        def stands_there() -> bool:
            if self.in_column(column, lead).count():
                return True
            self.page.evaluate(OPEN_STACKS, column)
            return False

        until_on(self.page, stands_there)

    def look(self) -> None:
        """Hold Space on a lead until both of its pictures are clear, which is when they count as looked at."""
        self.page.keyboard.down(" ")
        expect(self.page.locator(".pane[aria-label$=', clear']")).to_have_count(2)
        self.page.keyboard.up(" ")

    def press(self, name: str) -> None:
        """Press a button of a page from the server, once the page's script has run: a form pressed before does
        nothing."""
        expect(self.page.locator("html[data-ready]")).to_have_count(1)
        self.page.get_by_role("button", name=name, exact=True).click()

    def affirm(self, name: str) -> None:
        """Press a button that asks before it does something, and say yes once the question has stood for a moment."""
        self.press(name)
        self.page.get_by_role("button", name=f"Yes: {name}").click()

    def until_live(self) -> None:
        """Wait until the line to the board stands."""
        expect(self.page.locator("[data-live]")).to_have_text("Live")

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(f"{said.type}: {said.text} {said.location.get('url', '')}")

    def until_answered(self) -> None:
        """Wait until no request of the page is under way, whose answer could still tell what comes now."""
        until_on(self.page, lambda: not self._asked)

    def _hear_answer(self, request: Request) -> None:
        self._asked.discard(request)

    def _see(self, request: Request) -> None:
        self._asked.add(request)
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "localhost":
            self.abroad.append(request.url)
        if parts.path == "/csp-report":
            self.complaints.append("the browser reported a violation of the content policy")
