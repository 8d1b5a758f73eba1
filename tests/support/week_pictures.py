"""The pictures of README, out of a living week that is being served: `python -m tests.support.week_pictures LINKS`.

LINKS is a file with what `app.py demo` printed. No veil is lifted; each picture is reduced to 256 colours. The
operation lead draws up an edition first, so that the statistics are of now.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from playwright.sync_api import Page

from tests.support.chromium import chromium_browser
from tests.support.seats import DESKTOP, PHONE
from tests.support.waiting import until
from workspace.settings import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURES = ROOT / "docs" / "screenshots"
COLOURS = 256
READER, RECEIVER = "EC · operation lead", "EC · child protection officer"
LINK = re.compile(r"^\s*([A-Z]{2} · \S.*?)\s{2,}(http\S+)$", re.MULTILINE)
READY = "[data-island] a.card-id, [data-island] .lead-head h1, main:not([data-island]) h1"
EDITION_LIMIT_S = 60.0
QUIET_MS = 3000
"""How long a page is given to come to rest: cards that arrive, a banner that goes."""
DRAWN = "Promise.all([document.fonts.ready, ...[...document.images].map((image) => image.decode().catch(() => 0))])"
LEAD = "section:has(#c-outcome) .card a.card-id"
HELD = "section:has(#c-claimed) .card"
"""Somebody works: a picture of the board waits for that, at each look."""
MOVES_LIMIT_MS = 120_000
REFERRAL = 'main table a[href*="/referrals/"]'


def take_pictures(links: Mapping[str, str], folder: Path) -> None:
    """The pages as the operation lead sees them now, and the inbox of a receiving agency on a telephone."""
    folder.mkdir(parents=True, exist_ok=True)
    with chromium_browser() as browser:
        here = _seat(browser, links[READER], viewport=DESKTOP)
        operation = here.url
        _draw_up(here, operation)
        lead, referral = (
            _first(here, f"{operation}/{page}", link) for page, link in (("board", LEAD), ("referrals", REFERRAL))
        )
        _take(here, f"{operation}/board", folder / "board", wanted=HELD)
        _take(here, lead, folder / "lead")
        _take(here, referral, folder / "referral")
        _take(here, f"{operation}/statistics", folder / "statistics")
        for page, name in (("", "overview"), ("/intake", "intake")):
            _take(here, operation + page, folder / name, looks=("light",))
        phone = _seat(browser, links[RECEIVER], viewport=PHONE, is_mobile=True, has_touch=True)
        _take(phone, f"{operation}/referrals", folder / "inbox-on-a-phone", looks=("light",))


def _seat(browser: Browser, link: str, **options: Any) -> Page:
    """A page of whoever the link signs in, at the operation."""
    origin = re.match(r"https?://[^/]+", link)
    page = browser.new_context(locale="en-GB", base_url=origin[0] if origin else None, **options).new_page()
    page.goto(link)
    page.wait_for_url("**/operations/**")
    return page


def _draw_up(page: Page, operation: str) -> None:
    """Have an edition made, and wait until it is there."""
    page.goto(f"{operation}/statistics")
    before = page.locator("h1").inner_text()
    with page.expect_navigation():
        page.locator('form[data-api$="/editions"] > button').click()
        page.locator('[role="alertdialog"] button.stop').click()

    def is_there() -> bool:
        page.goto(f"{operation}/statistics")
        return page.locator("h1").inner_text() != before

    until(is_there, EDITION_LIMIT_S)


def _first(page: Page, address: str, link: str) -> str:
    page.goto(address)
    return str(page.locator(link).first.get_attribute("href"))


def _take(
    page: Page, address: str, place: Path, *, looks: tuple[str, ...] = ("light", "dark"), wanted: str = READY
) -> None:
    page.goto(address)
    page.locator(READY).first.wait_for()
    for look in looks:
        page.emulate_media(color_scheme="dark" if look == "dark" else "light")
        page.mouse.move(0, 0)
        page.wait_for_timeout(QUIET_MS)
        page.evaluate(DRAWN)
        page.locator(wanted).first.wait_for(timeout=MOVES_LIMIT_MS)
        picture = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
        ending = "-dark" if look == "dark" else ""
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(f"{place}{ending}.png", optimize=True)


if __name__ == "__main__":
    take_pictures(dict(LINK.findall(Path(sys.argv[1]).read_text(encoding="utf-8"))), PICTURES)
