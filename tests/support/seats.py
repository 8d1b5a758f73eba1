"""People at real browsers: each in a context of his own, with a record of everything that a browser complains of.

A seat passes only if the browser had nothing to say: no script error, no violation of the content policy, no request
that leaves this machine. What a test provokes (a refused claim, a cut line) it names beforehand.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, FloatRect, Locator, Page, Request, expect

from tests.support.waiting import LIMIT_MS, until_on
from workspace.commands.exercise import take_seats
from workspace.commands.identity import start_session
from workspace.model.database import Database
from workspace.queries.exercise import partners_seats
from workspace.web.context import COOKIE

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
STILL_MS = 100
"""What did not move for so long rests."""

# A busy machine is slow, not wrong; where a limit is what a test is about, it stands there.
expect.set_options(timeout=LIMIT_MS)

LEFT_EARLY = "WebSocket is closed before the connection is established"
"""What the browser says where a page is left before its line stands, or tries again because nobody answered: no fault."""

WATCH = """document.addEventListener('securitypolicyviolation',
  (event) => console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`));"""
"""Runs in every page before its own scripts; by the debugger, so that the content policy does not apply to it."""

SHOW_CARD = """async (lead) => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const card = document.querySelector(`[data-id="${lead}"]`);
  if (card) {
    const inSight = () => {
      const list = card.closest('.cards').getBoundingClientRect();
      const here = card.getBoundingClientRect();
      return card.isConnected && here.bottom > list.top && here.top < list.bottom;
    };
    if (!card.checkVisibility()) return true;
    card.scrollIntoView({ block: 'center', behavior: 'instant' });
    await drawn();
    return inSight();
  }
  for (const closed of document.querySelectorAll('.card-stack[aria-expanded="false"]')) closed.click();
  for (const list of document.querySelectorAll('.board .cards')) {
    const end = list.scrollTop + list.clientHeight >= list.scrollHeight - 1;
    list.scrollTop = end ? 0 : list.scrollTop + list.clientHeight / 2;
  }
  await drawn();
  return false;
}"""
"""Shows a card in the middle of its column, and says whether it stands there once that was drawn. Until the card is
there: opens the stacks in sight and scrolls every column on by half of what it shows, from its end back to its start.
Nothing is looked for before the last scroll was drawn: a card that an earlier one brought would go again."""

OPEN_STACKS = """(column) => {
  const closed = `section:has(#c-${column}) .card-stack[aria-expanded="false"]`;
  for (const stack of document.querySelectorAll(closed)) stack.click();
}"""


AT_ONCE = """async (keys) => {
  const taken = [];
  for (const key of keys) {
    const press = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    taken.push(!document.activeElement.dispatchEvent(press));
    for (let turn = 0; turn < 20; turn += 1) await null;
  }
  return taken;
}"""
"""What was begun by a press is ended before the next; no frame is drawn between them."""


def at_once(page: Page, *keys: str) -> list[bool]:
    """Press keys one upon the other, before the next frame is drawn; says of each whether the page took it for itself:
    what it does not take, the browser does to what has the focus."""
    taken: list[bool] = page.evaluate(AT_ONCE, list(keys))
    return taken


def resting_box(place: Locator) -> FloatRect:
    """Where something lies on the screen once it rests: what comes above it, or grows, moves it."""
    before, box = None, place.bounding_box()
    while box is None or box != before:
        place.page.wait_for_timeout(STILL_MS)
        before, box = box, place.bounding_box()
    return box


def draw_box(place: Locator, first: tuple[float, float], last: tuple[float, float]) -> None:
    """Draw a box over a picture with the mouse, from corner to corner in shares of its sides."""
    box, mouse = resting_box(place), place.page.mouse
    (left, top), (right, bottom) = (
        (box["x"] + across * box["width"], box["y"] + down * box["height"]) for across, down in (first, last)
    )
    mouse.move(left, top)
    mouse.down()
    mouse.move(right, bottom, steps=4)
    mouse.up()


class Seat:
    """One person at one browser window."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.complaints: list[str] = []
        self.abroad: list[str] = []
        self._provoked = [LEFT_EARLY]
        usual: dict[str, Any] = {
            "viewport": DESKTOP,
            "locale": "en-GB",
            "color_scheme": "light",
            "accept_downloads": True,
        }
        self._runs_scripts = options.get("java_script_enabled", True)
        self.context = browser.new_context(base_url=url, **usual | options)
        self.context.set_default_timeout(LIMIT_MS)
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
        return self.go(path)

    def go(self, path: str) -> Seat:
        """Open a page, whose script has then run: what is pressed or set before does nothing."""
        self.page.goto(path)
        if self._runs_scripts:
            self.until_ready()
        return self

    def until_ready(self) -> None:
        """Wait until the script of the page that stands here has run."""
        expect(self.page.locator("html[data-ready]")).to_have_count(1)

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
        until_on(self.page, lambda: self.page.evaluate(SHOW_CARD, str(lead)))
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
        nothing. The button is awaited first, or the script could be that of the page that is being left."""
        button = self.page.get_by_role("button", name=name, exact=True)
        button.wait_for()
        self.until_ready()
        button.click()

    def affirm(self, name: str) -> None:
        """Press a button that asks before it does something, and say yes once the question has stood for a moment."""
        self.press(name)
        self.page.get_by_role("button", name=f"Yes: {name}").click()

    def until_live(self) -> None:
        """Wait until the line to the board stands; before the first one its word is in the page, and not shown."""
        expect(self.page.locator("[data-live]:not([hidden])")).to_have_text("Live")

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
