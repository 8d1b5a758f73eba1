"""Finds words that a narrow column broke inside, a navigation that has no room on its line, pages wider than the screen,
and tables that another's style lays out.

A word that is broken without a hyphen reads as two; it happens where texts are longer than the English ones for which a
page was drawn.
"""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support.seats import DESKTOP, PHONE

BROKEN = """() => {
  const found = new Set(), range = document.createRange();
  const lines = () => new Set([...range.getClientRects()].filter((box) => box.width > 1).map((box) => Math.round(box.top))).size;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, around = text.parentElement;
    range.selectNodeContents(text);
    if (lines() < 2 || around.closest('.sr, .brk, .mono, pre, textarea') || !around.checkVisibility()) continue;
    for (const word of text.data.matchAll(/(?<!\\S)[\\p{L}]+(?!\\S)/gu)) {
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (lines() > 1) found.add(`${word[0]} (${around.tagName.toLowerCase()}.${around.className})`);
    }
  }
  const places = [...document.querySelectorAll('.nav a')].filter((place) => place.checkVisibility());
  if (innerWidth > 1280 && new Set(places.map((place) => Math.round(place.getBoundingClientRect().top))).size > 1)
    found.add('the navigation, on two lines');
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) found.add(`the page, ${wide} wide`);
  for (const table of document.querySelectorAll('table'))
    if (getComputedStyle(table).display === 'flex') found.add(`a table laid out as a row: ${table.innerText.slice(0, 60)}`);
  return [...found];
}"""
"""Words of letters alone that stand on two lines; names of files and digests may."""
WIDTHS = (DESKTOP["width"], 1280, 768, PHONE["width"])


def broken_words(page: Page) -> dict[int, list[str]]:
    """By width of the screen, the words that stand on two lines, and what else has no room."""
    found: dict[int, list[str]] = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": DESKTOP["height"]})
        if words := page.evaluate(BROKEN):
            found[width] = words
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]  # the dictionary of the seats
    return found
