"""One gesture, one effect: keys of every keyboard, held keys, double clicks, Escape, and the question before what
cannot be taken back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.operation import TestOperation
from tests.support.seats import Seat
from tests.support.servers import Room

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Sit = Callable[..., Seat]

AT_ONCE = """async (summary) => {
  summary.click();
  await null;
  summary.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
}"""
"""Opens a menu and presses Escape before the browser has told that it is open."""


@pytest.fixture(scope="module")
def operation(room: Room) -> TestOperation:
    made = TestOperation(room.workers)
    for _ in range(9):
        made.lead()
    return made


@pytest.fixture
def sit(chromium: Browser, room: Room, operation: TestOperation) -> Iterator[Sit]:
    """`sit(path, person)`: somebody at a page of the operation; every seat is checked at the end."""
    seats: list[Seat] = []

    def take(path: str, person: int, script: str = "") -> Seat:
        taken = Seat(chromium, room.url)
        taken.context.add_init_script(script)
        taken.provoke(r"/media/faces/")  # rows without pictures
        seats.append(taken)
        taken.sign_in(room.app, person, f"/operations/{operation.id}{path}")
        return taken

    yield take
    for taken in seats:
        taken.context.close()
    for taken in seats:
        taken.check()


def leads_of(operation: TestOperation) -> list[UUID]:
    with Session(operation.workers.engine) as session:
        sql = text("select id from lead where operation_id = :id order by number")
        return list(session.scalars(sql, {"id": operation.id}))


def writes(page: Page) -> list[str]:
    """What the page sends from now on that a person means: no presence, no draft, no look."""
    sent: list[str] = []

    def see(request: Request) -> None:
        if request.method != "GET" and not re.search(r"presence|/draft|/view$", request.url):
            sent.append(f"{request.method} {request.url.rpartition('/')[2]}")

    page.on("request", see)
    return sent


def press_at(page: Page, key: str, code: str, number: int = 0, modifiers: int = 0) -> None:
    """A key of another keyboard: what it writes, and where it lies."""
    devtools = page.context.new_cdp_session(page)
    values = {"key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": modifiers}
    for kind in ("rawKeyDown", "keyUp"):
        devtools.send("Input.dispatchKeyEvent", {"type": kind, **values})


def claim(here: Seat) -> None:
    here.until_live()
    here.page.get_by_role("button", name="Claim", exact=False).first.wait_for()
    here.page.keyboard.press("c")
    here.page.locator("#why").wait_for()


def judge(here: Seat) -> Page:
    """Claim the lead and fill in the whole opinion, as far as Ctrl+Enter."""
    page = here.page
    claim(here)
    here.look()
    page.keyboard.press("Shift+Digit7")
    page.keyboard.press("Shift+Digit9")
    page.keyboard.press("2")
    page.keyboard.type("The nose agrees.")
    return page


def test_ctrl_enter_sends_the_form_that_has_the_focus_and_never_another(sit: Sit, operation: TestOperation) -> None:
    lead = leads_of(operation)[0]
    page = judge(sit(f"/leads/{lead}", operation.person("EC")))
    sent = writes(page)

    page.locator("#co-body").fill("The same plug in both.")
    for _ in range(3):  # pressed again while it is on its way
        page.keyboard.press("Control+Enter")
    expect(page.locator(".comments li")).to_have_count(1)
    expect(page.locator("#co-body")).to_have_value("")
    for field in ("#co-body", "#ju-basis", "#hand-to", "#why-urgent"):
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        if page.locator(field).count():
            page.locator(field).focus()
            page.keyboard.press("Control+Enter")
            page.keyboard.press("Escape")
    page.locator("#co-language").focus()
    for key in "crkun12789":
        page.keyboard.press(key)

    assert sent == ["POST comments"]
    expect(page.locator("#co-body")).to_have_value("")
    page.locator("#why").focus()
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Undo").wait_for()
    assert sent == ["POST comments", "POST assessments"]


def test_what_is_not_shown_takes_no_key(sit: Sit, operation: TestOperation) -> None:
    here = sit("/board?kind=same_face", operation.person("EC"))
    page = here.page
    here.until_live()
    page.locator(".card[data-cursor]").wait_for()
    address = page.url
    sent = writes(page)

    page.get_by_label("Kind", exact=True).select_option("register_match")
    expect(page.locator(".card[data-id]")).to_have_count(0)
    page.locator("h1").click()
    for key in ("c", "Enter", "s"):
        page.keyboard.press(key)
    page.keyboard.press("Control+k")  # is heard after the others
    expect(page.locator("dialog.palette")).to_be_visible()

    assert sent == []
    assert page.url.partition("?")[0] == address.partition("?")[0]


def test_escape_closes_what_lies_on_top_and_asks_before_words_are_lost(sit: Sit, operation: TestOperation) -> None:
    lead = leads_of(operation)[1]
    here = sit(f"/leads/{lead}", operation.person("PE"))
    page = here.page
    here.until_live()
    page.get_by_role("button", name=re.compile("^Mark ")).first.click()
    page.locator("#mark-note").fill("A scar above the brow.")

    page.keyboard.press("Control+k")
    expect(page.locator("dialog.palette")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.palette")).not_to_be_visible()
    expect(page.locator("#mark-note")).to_have_value("A scar above the brow.")

    page.get_by_label("More actions").click()
    page.keyboard.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    page.get_by_label("More actions").evaluate(AT_ONCE)
    expect(page.locator("details.menu[open]")).to_have_count(0)
    expect(page.locator("[data-ask]")).to_have_count(0)
    expect(page.locator("#mark-note")).to_have_value("A scar above the brow.")

    page.locator("#mark-note").focus()
    page.keyboard.press("Escape")
    expect(page.locator("[data-ask]")).to_contain_text("Throw away what you wrote in this mark?")
    page.keyboard.press("Escape")
    expect(page.locator("[data-ask]")).to_have_count(0)
    expect(page.locator("#mark-note")).to_have_value("A scar above the brow.")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Yes: Throw it away").click()
    expect(page.locator("#mark-note")).to_have_count(0)


@pytest.mark.parametrize(
    ("key", "code"),
    [("с", "KeyC"), ("ψ", "KeyC"), ("ؤ", "KeyC"), ("ב", "KeyC"), ("c", "KeyI")],
    ids=["Cyrillic", "Greek", "Arabic", "Hebrew", "Dvorak"],
)
def test_a_letter_is_found_on_every_keyboard(key: str, code: str, sit: Sit, operation: TestOperation) -> None:
    lead = leads_of(operation)[2]
    here = sit(f"/leads/{lead}", operation.person("EC", which=2))
    here.until_live()
    here.page.get_by_role("button", name="Claim", exact=False).first.wait_for()

    with here.page.expect_response("**/claim"):
        press_at(here.page, key, code, 67)
    here.page.locator("#why").wait_for()
    with here.page.expect_response("**/release"):
        here.page.keyboard.press("r")


def test_digits_need_no_shift_on_a_french_keyboard_and_dvoraks_signs_are_none_of_ours(
    sit: Sit, operation: TestOperation
) -> None:
    lead = leads_of(operation)[2]
    here = sit(f"/leads/{lead}", operation.person("EC", which=2))
    page = here.page
    claim(here)

    press_at(page, "è", "Digit7", 55)
    expect(page.locator("#row-0 [aria-pressed=true]")).to_have_count(1)
    press_at(page, ",", "KeyW", 188)
    expect(page.locator("#why")).not_to_be_focused()
    press_at(page, "é", "Digit2", 50)
    expect(page.locator("#opinion-2")).to_be_checked()
    page.keyboard.press("Escape")
    with page.expect_response("**/release"):
        page.keyboard.press("r")


def test_an_input_methods_enter_goes_on_typing(sit: Sit, operation: TestOperation) -> None:
    here = sit("/board", operation.person("EC"))
    page = here.page
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Find or do").fill("Statistics")
    address = page.url

    enter = "(field) => field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true, %s}))"
    for how in ("isComposing: true", "keyCode: 229"):
        page.get_by_role("combobox", name="Find or do").evaluate(enter % how)
    page.keyboard.type("s")
    expect(page.get_by_role("combobox", name="Find or do")).to_have_value("Statisticss")
    page.keyboard.press("Backspace")
    expect(page.locator("dialog.palette")).to_be_visible()
    assert page.url == address
    page.keyboard.press("Enter")
    page.wait_for_url("**/statistics")


SHIFTED = """{
  const Real = Date, shift = %d * 3600e3;
  window.Date = class extends Real {
    constructor(...given) { super(...(given.length ? given : [Real.now() + shift])); }
    static now() { return Real.now() + shift; }
  };
}"""
"""A machine whose clock is hours off."""


@pytest.mark.parametrize("hours", [26, -26])
def test_clocks_ages_and_times_left_are_the_servers_on_a_machine_that_is_a_day_off(
    hours: int, sit: Sit, operation: TestOperation
) -> None:
    lead = leads_of(operation)[3]
    here = sit(f"/leads/{lead}", operation.person("EC", which=3), SHIFTED % hours)
    page = here.page
    claim(here)
    expect(page.locator(".lead-head")).to_contain_text(re.compile(r"(?<!\d)(2\d|30) min left"))
    expect(page.locator("[data-clock]")).to_have_text(re.compile("^3 d 23 h|^4 d 00 h"))
    there = datetime.now(ZoneInfo("America/Guayaquil"))
    told = "|".join(rf"{each.day} \w+ .* {each:%H}" for each in (there, there + timedelta(minutes=5)))
    expect(page.locator("[data-wall]")).to_have_text(re.compile(rf"\b({told}):\d\d Guayaquil"))
    page.goto(f"/operations/{operation.id}/board")
    here.until_live()
    expect(here.bring(lead)).to_contain_text(re.compile(r"(?<!\d)(2\d|30) min"))
    page.goto(f"/operations/{operation.id}/leads/{lead}")
    page.get_by_role("button", name="Release").wait_for()
    with page.expect_response("**/release"):
        page.keyboard.press("r")


READ_EVERY_MS, MOST_READINGS = 100, 200
PAGES = ("", "/board", "/referrals", "/series", "/cards", "/clues", "/intake", "/gallery", "/members")
TOLD = ("/record", "/statistics", "/terms", "/settings")


def test_every_page_reads_the_same_on_a_machine_whose_clock_is_three_hours_fast(
    sit: Sit, operation: TestOperation
) -> None:
    lead = leads_of(operation)[8]
    leader = operation.person("EC", "operation_lead")
    claim(sit(f"/leads/{lead}", operation.person("EC", which=5)))
    right, off = sit("/board", leader), sit("/board", leader, SHIFTED % 3)

    for path in (*PAGES, *TOLD, f"/leads/{lead}"):
        words = alike(right, off, f"/operations/{operation.id}{path}")
        assert words[0] == words[1], path


def alike(right: Seat, off: Seat, path: str) -> list[str]:
    """The words of one page on two machines, read until what one of them shows later stands on both. Loaded again where
    they go on to differ: a minute may have ended between the two."""
    words: list[str] = []
    for _ in range(3):
        for seat in (right, off):
            seat.go(path)
            seat.page.wait_for_load_state("networkidle")
        for _ in range(MOST_READINGS):
            words = [seat.page.locator("body").inner_text() for seat in (right, off)]
            if words[0] == words[1]:
                return words
            right.page.wait_for_timeout(READ_EVERY_MS)
    return words


def test_a_link_from_another_site_arrives_at_the_lead(sit: Sit, operation: TestOperation) -> None:
    """From a page of another origin, as a chat in the browser is one; the session's cookie is strict."""
    lead = leads_of(operation)[4]
    here = sit("/board", operation.person("EC"))
    page = here.page
    here.until_live()
    address = page.url.replace("/board", f"/leads/{lead}")
    page.goto("about:blank")
    page.set_content(f'<a href="{address}">the lead</a>')
    page.get_by_text("the lead").click()

    page.wait_for_url(f"**/leads/{lead}")
    expect(page.locator("h1")).to_contain_text("L-")
    page.reload()
    expect(page.locator("h1")).to_contain_text("L-")


def test_two_people_of_one_name_can_be_told_apart_where_a_lead_is_handed_over(
    sit: Sit, operation: TestOperation
) -> None:
    lead = leads_of(operation)[5]
    twins = [operation.person("EC", which=7), operation.person("EC", which=8)]
    operation.change("update app_user set name = 'Álvarez' where id = any(:ids)", ids=twins)
    here = sit(f"/leads/{lead}", operation.person("EC", which=4))
    claim(here)
    here.page.keyboard.press("Escape")
    here.page.keyboard.press("h")

    options = here.page.locator("#hand-to option")
    options.nth(2).wait_for(state="attached")
    labels = options.all_inner_texts()[1:]
    same = [label for label in labels if label.startswith("Álvarez")]
    assert len(set(same)) == 2
    assert all(f"no. {user}" in label for user, label in zip(sorted(twins), sorted(same), strict=True))
    assert labels.index(same[0]) == 0
    here.page.keyboard.press("Escape")
    with here.page.expect_response("**/release"):
        here.page.keyboard.press("r")


REST_MS = 800
"""How long nothing is pressed before a yes counts (frontend/src/core/confirm.ts)."""


@pytest.mark.parametrize("state", ["prepared", "open"])
def test_no_double_click_and_no_held_key_passes_the_question_without_a_way_back(
    state: str, room: Room, chromium: Browser
) -> None:
    made = TestOperation(room.workers, state=state)
    made.lead()
    here = Seat(chromium, room.url)
    page = here.page
    page.clock.install()
    here.sign_in(room.app, made.person("EC", "operation_lead"), f"/operations/{made.id}/settings")
    sent = writes(page)
    # Hands are fast and this machine may not be: the page's time goes on as this test says.
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    button = page.get_by_role("button", name=re.compile("^Go on to"))

    button.dblclick()
    question = page.locator("[data-ask]")
    expect(question).to_contain_text("An operation never goes back.")
    box = button.bounding_box()
    assert box
    page.mouse.dblclick(box["x"] + 5, box["y"] + 5)
    yes = page.get_by_role("button", name=re.compile("^Yes: Go on to"))
    for _ in range(3):
        yes.dispatch_event("click", {"detail": 1})
    for _ in range(8):  # a key that is held
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    yes.focus()
    page.keyboard.down("Enter")
    for _ in range(30):
        page.clock.run_for(40)
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(question).to_have_count(1)
    assert sent == []

    if state == "open":
        expect(question).to_contain_text("Leads that are not decided: 1.")
        expect(yes).to_have_attribute("aria-disabled", "true")
        page.get_by_label(re.compile("^Type «")).fill(
            page.evaluate("document.querySelector('[data-typed]').dataset.typed")
        )
    page.clock.run_for(REST_MS)
    expect(yes).not_to_have_attribute("aria-disabled", "true")
    with page.expect_response("**/state"):
        yes.click()
    assert len(sent) == 1
    here.context.close()


def test_what_is_let_go_of_in_one_window_is_told_in_the_other(sit: Sit, operation: TestOperation) -> None:
    lead, person = leads_of(operation)[7], operation.person("EC", "analyst", 2)
    first, other = (sit(f"/leads/{lead}", person) for _ in range(2))
    claim(first)
    other.page.locator("#why").fill("The ears agree.")

    first.page.keyboard.press("r")

    told = other.page.locator("[data-ended]")
    expect(told).to_contain_text("in another window")
    expect(told).to_contain_text("The ears agree.")
    expect(other.page.locator("#why")).to_have_count(0)
    expect(first.page.get_by_role("button", name="Claim", exact=False).first).to_be_visible()
    expect(first.page.locator("[data-ended]")).to_have_count(0)
