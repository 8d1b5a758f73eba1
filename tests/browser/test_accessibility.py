"""Every page against the rules of WCAG 2.2 AA, in both languages, in both looks, and through screens of other sizes.

axe is put in by the debugger, and the content policy is bypassed for it. What browsers say of the policy is held by the
tests that bypass nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.support.broken_words import broken_words
from tests.support.exercise_room import Exercise
from tests.support.seats import PHONE, Seat
from tests.support.waiting import until
from workspace.commands.films import ask_copy
from workspace.commands.identity import change_preferences
from workspace.rules.films import COPY_SIDES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
]

Sit = Callable[..., Seat]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that a look decides, and a language does not."""
OF_COLOURS = {"runOnly": {"type": "rule", "values": COLOURS}, "resultTypes": ["violations"]}
BUT_COLOURS = WCAG | {"rules": {rule: {"enabled": False} for rule in COLOURS}}
# Colours are measured where they have arrived, not on their way.
STILL = {"bypass_csp": True, "reduced_motion": "reduce"}
READY = (
    "[data-island] .card, [data-island] .lead-head, [data-island] .tile, [data-island] .whole, "
    "[data-island] .film-player, main:not([data-island]) h1"
)
LONG_WORDS = """() => {
  for (const said of document.querySelectorAll('main bdi'))
    if (!said.children.length && said.textContent.length > 12) said.textContent = 'W'.repeat(90);
}"""
"""As if each name and path that people or files gave were one word; a shorter text is a number of ours or a time."""
WIDER = """(width) => {
  const right = (each) => each.getBoundingClientRect().right, over = (each) => right(each) > width;
  const scrolls = (each) => getComputedStyle(each).overflowX !== 'visible';
  const held = (each) => each.parentElement !== document.body && (scrolls(each.parentElement) || held(each.parentElement));
  const found = [...document.querySelectorAll('body *')].filter((each) => over(each) && each.checkVisibility() && !held(each));
  const leaves = found.filter((each) => !each.children.length).sort((one, other) => right(other) - right(one));
  return document.documentElement.scrollWidth <= width ? [] : leaves.slice(0, 5).map((each) => each.parentElement.outerHTML);
}"""
"""What stands furthest over the edge, but within something that scrolls by itself."""
OF_FILE = "(select min(r.path) from received_file r where r.media_item_id = m.id)"
"""Orders media the same in each run; their ids are random."""
FILM = f"""
  select m.id from media_item m join compartment c on c.id = m.compartment_id
  where m.operation_id = :id and c.is_common and m.kind = 'video' and m.state = 'read'
  order by (select count(distinct f.track_id) from face f where f.media_item_id = m.id), {OF_FILE} limit 1
"""
"""Not the one with most tracks: there somebody else asks for the copy."""


def pages(exercise: Exercise) -> Iterator[tuple[str, str]]:
    """(person, path) of every page, by a person who sees all of it."""
    lead = exercise.one(
        "select id from lead where operation_id = :id and kind = 'register_match' order by number limit 1",
        id=exercise.operation_id,
    )
    for path in (
        "",
        "/board",
        f"/leads/{lead}",
        "/gallery",
        "/map",
        "/search",
        "/intake",
        "/known",
        "/registers",
        "/referrals",
        "/record",
        "/persons",
        "/terms",
        "/members",
        "/series",
        "/series/1",
        "/series/suggested",
        "/grading",
        "/proposals",
        "/clues",
        "/clues/new",
        "/cards",
    ):
        yield "EC · country lead", exercise.path(path)
    yield from touched(exercise, lead)
    medium = exercise.one(
        "select m.id from media_item m join compartment c on c.id = m.compartment_id where m.operation_id = :id "
        f"and c.sharing = 'operation' and m.register_entry_id is null and m.face_count > 0 order by {OF_FILE} limit 1",
        id=exercise.operation_id,
    )
    yield "EC · country lead", f"/media/{medium}"
    exhibit, face = (
        exercise.one(f"select {what} limit 1", id=exercise.operation_id)
        for what in (
            "x.id from exhibit x where x.operation_id = :id and x.country = 'EC' order by x.label",
            "f.id from face f join compartment c on c.id = f.compartment_id join agency a on a.id = c.agency_id "
            "join media_item m on m.id = f.media_item_id where f.operation_id = :id and a.country = 'EC' and "
            f"f.person_id is not null order by {OF_FILE}, f.quality desc",
        )
    )
    yield "EC · country lead", f"/media/{exercise.one(FILM, id=exercise.operation_id)}"
    yield "EC · country lead", exercise.path(f"/exhibits/{exhibit}")
    yield "EC · specialist 1", exercise.path(f"/search?face={face}")
    yield "EC · specialist 1", exercise.path("/gallery?order=likeness")
    yield "EC · country lead", "/account"
    yield "EC · country lead", "/operations"
    yield "EC · country lead", "/nothing-is-here"
    yield "EC · operation lead", exercise.path("/statistics")
    yield "EC · operation lead", exercise.path("/settings")
    yield "EC · administrator", "/operations/new"
    yield "PE · child protection officer", exercise.path("/referrals")


def touched(exercise: Exercise, lead: object) -> Iterator[tuple[str, str]]:
    """The pages of a person of EC with several faces, and of the entry of a register that a lead names."""
    number = exercise.one(
        "select p.number from person p join compartment c on c.id = p.compartment_id join agency a on a.id = "
        "c.agency_id "
        "where p.operation_id = :id and a.country = 'EC' and p.merged_into is null order by p.face_count desc, "
        "p.number limit 1",
        id=exercise.operation_id,
    )
    entry = exercise.one(
        "select register_entry_id from lead_evidence where lead_id = :lead and register_entry_id is not null", lead=lead
    )
    yield "EC · country lead", exercise.path(f"/persons/{number}")
    yield "EC · country lead", exercise.path(f"/entries/{entry}")


@pytest.fixture(scope="module", autouse=True)
def played(exercise: Exercise, working: None) -> None:
    """The copy that browsers play is there: without it the page of a video has no player."""
    film = exercise.one(FILM, id=exercise.operation_id)
    with exercise.app.write(exercise.people["EC · country lead"]) as tx:
        copy = ask_copy(tx, film, COPY_SIDES[0])
    until(lambda: exercise.one("select clear_address from video_copy where id = :copy", copy=copy))


@pytest.mark.parametrize(
    ("language", "looks"),
    [("en", {"light": WCAG, "dark": OF_COLOURS}), ("es", {"light": BUT_COLOURS})],
    ids=["en", "es"],
)
def test_no_page_breaks_a_rule_of_accessibility(
    exercise: Exercise, seat: Sit, language: str, looks: dict[str, dict[str, Any]]
) -> None:
    found: dict[str, list[str]] = {}
    people: dict[str, Seat] = {}
    for label, path in pages(exercise):
        if label not in people:
            with exercise.app.write(exercise.people[label]) as tx:
                change_preferences(tx, language=language)
            people[label] = seat(label, "/account", **STILL)
            people[label].provoke("status of 404")
        here = people[label].page
        here.goto(path)
        here.locator(READY).first.wait_for()
        assert here.locator("html").get_attribute("lang") == language
        for look, rules in looks.items():
            here.emulate_media(color_scheme=look)  # type: ignore[arg-type]  # one of the two that it takes
            faults = violations(here, rules)
            if faults:
                found[f"{path} {look}"] = faults
        if language == "es":  # its words are the longer ones
            found |= {f"{path} at {width}": words for width, words in broken_words(here).items()}

    for label in people:
        with exercise.app.write(exercise.people[label]) as tx:
            change_preferences(tx, language="en")
    assert not found, "\n".join(f"{where}: {fault}" for where, faults in found.items() for fault in faults)


def test_no_page_makes_the_browser_complain(exercise: Exercise, seat: Sit) -> None:
    people: dict[str, Seat] = {}
    for label, path in pages(exercise):
        here = people.get(label) or people.setdefault(label, seat(label, "/account", which=len(people) % 2))
        here.page.goto(path)
        here.page.locator(READY).first.wait_for()
        here.page.locator("html[data-ready]").wait_for()

    # Its only complaint: the address with nothing at it. The seats' own checks hold scripts, policy and other machines.
    people["EC · country lead"].provoke("nothing-is-here")


def test_a_phone_shows_every_page_without_scrolling_it_sideways(exercise: Exercise, seat: Sit) -> None:
    found: dict[str, list[str]] = {}
    people: dict[str, Seat] = {}
    for label, path in pages(exercise):
        if label not in people:
            people[label] = seat(label, "/account", **STILL, viewport=PHONE, is_mobile=True, has_touch=True)
            people[label].provoke("status of 404")
        here = people[label].page
        here.goto(path)
        here.locator(READY).first.wait_for()
        faults = violations(here) + wider(here)
        here.evaluate(LONG_WORDS)
        faults += wider(here)
        if faults:
            found[path] = faults

    assert not found, "\n".join(f"{where}: {fault}" for where, faults in found.items() for fault in faults)


def wider(page: Page) -> list[str]:
    """What goes over the edge of the screen: against the screen itself, for a telephone's innerWidth grows with what is
    too wide."""
    found: list[str] = page.evaluate(WIDER, PHONE["width"])
    return [each[:300] for each in found]


def violations(page: Page, rules: dict[str, Any] = WCAG) -> list[str]:
    """What axe finds against these rules, each with the first places."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found: dict[str, Any] = page.evaluate("(options) => axe.run(options)", rules)
    return [
        f"{each['id']} ({len(each['nodes'])}): " + "; ".join(str(node["html"])[:160] for node in each["nodes"][:3])
        for each in found["violations"]
    ]
