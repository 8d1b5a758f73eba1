"""What a press acts on stands when it is pressed, however late the answer, the picture or the next frame comes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from tests.support.films import lay_film
from tests.support.media_rows import lay_exhibit, lay_medium, real_key
from tests.support.operation import TestOperation
from tests.support.seats import at_once
from tests.support.waiting import until_on
from tests.web.conftest import Enter
from tests.web.test_film_screens import UNEVEN_MS, shown
from workspace.commands.discussion import comment_on_lead
from workspace.commands.grades import bring_grade_table
from workspace.commands.series import add_series
from workspace.model import MediaMark
from workspace.model.database import Database
from workspace.queries.gallery import WINDOW
from workspace.rules.grades import Category
from workspace.store.objects import open_store

pytestmark = pytest.mark.browser

PRESSED_EVERY_MS = 50
PRESS_ON = f"""(field) => {{
  const press = () => field.form.querySelector("button").click();
  press();
  setInterval(press, {PRESSED_EVERY_MS});
}}"""


class Held:
    """Requests that wait until they are let go; what comes afterwards goes its way."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.routes: list[Route] = []
        self.is_open = False
        page.route(address, self._take)

    def _take(self, route: Route) -> None:
        if self.is_open:
            route.continue_()
        else:
            self.routes.append(route)

    def until_asked(self, times: int = 1) -> None:
        until_on(self.page, lambda: len(self.routes) >= times)

    def let_go(self, *, in_order: bool = True) -> None:
        self.is_open = True
        for route in self.routes if in_order else reversed(self.routes):
            route.continue_()


def seventy(operation: TestOperation) -> list[Any]:
    exhibit = lay_exhibit(operation, "EC", "EC-D-014")
    at = [f"2025-03-01T{23 - n // 60:02}:{59 - n % 60:02}:00" for n in range(WINDOW + 10)]
    return [lay_medium(operation, exhibit, f"DCIM/{n}.jpg", captured_at=day) for n, day in enumerate(at)]


def marks(operation: TestOperation) -> dict[Any, str]:
    with operation.workers.read(operation.service_id) as view:
        asked = select(MediaMark.media_item_id, MediaMark.mark).where(MediaMark.operation_id == operation.id)
        asked = asked.where(MediaMark.undone_at.is_(None)).order_by(MediaMark.ordinal)
        return {row.media_item_id: row.mark for row in view.session.execute(asked)}


def test_what_is_pressed_while_the_next_window_is_on_its_way_is_for_the_tile_it_was_pressed_for(
    operation: TestOperation, enter: Enter
) -> None:
    media = seventy(operation)
    page = enter(operation.person("EC"), f"/operations/{operation.id}", island=False)
    window = Held(page, "**/gallery?*after=*")
    page.goto(f"/operations/{operation.id}/gallery?order=time")
    at = page.locator(".tile[data-cursor]")
    expect(at).to_have_attribute("data-id", str(media[0]))
    window.until_asked()
    page.keyboard.press("ArrowRight")
    at_once(page, *["ArrowRight"] * (WINDOW - 2))
    expect(at).to_have_attribute("data-id", str(media[WINDOW - 1]))

    # The second press is for the first tile of the window, the third goes back from the one after that, and marks it anew.
    at_once(page, "1", "2", "ArrowLeft", "3")
    assert page.evaluate("() => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))") is False
    window.let_go()

    expect(page.locator(f'[data-id="{media[WINDOW]}"] .said')).to_have_text("Nothing here")
    expect(page.locator(f'[data-id="{media[WINDOW - 1]}"] .said')).to_have_text("Important")
    until_on(page, lambda: operation.kinds().count("media:marked") == 3)
    assert marks(operation) == {media[WINDOW - 1]: "important", media[WINDOW]: "nothing"}
    assert page.faults == []  # type: ignore[attr-defined]


def test_the_focus_that_follows_the_cursor_does_not_bring_it_back_behind_what_was_pressed_meanwhile(
    operation: TestOperation, enter: Enter
) -> None:
    media = seventy(operation)
    page = enter(operation.person("EC"), f"/operations/{operation.id}", island=False)
    window = Held(page, "**/gallery?*after=*")
    page.goto(f"/operations/{operation.id}/gallery?order=time")
    at = page.locator(".tile[data-cursor]")
    expect(at).to_have_attribute("data-id", str(media[0]))
    window.until_asked()

    at_once(page, *["ArrowRight"] * (WINDOW - 1), "1", "2", "3")
    expect(page.locator(f'[id="tile {media[WINDOW - 1]}"]')).to_be_focused()  # a frame later
    window.let_go()

    until_on(page, lambda: operation.kinds().count("media:marked") == 3)
    expect(at).to_have_attribute("data-id", str(media[WINDOW + 2]))
    assert marks(operation) == dict(
        zip(media[WINDOW - 1 : WINDOW + 2], ("important", "look_again", "nothing"), strict=True)
    )


def test_what_waits_for_a_window_that_does_not_come_marks_nothing_and_is_told(
    operation: TestOperation, enter: Enter
) -> None:
    media = seventy(operation)
    page = enter(operation.person("EC"), f"/operations/{operation.id}", island=False)
    window = Held(page, "**/gallery?*after=*")
    page.goto(f"/operations/{operation.id}/gallery?order=time")
    at = page.locator(".tile[data-cursor]")
    expect(at).to_have_attribute("data-id", str(media[0]))
    window.until_asked()
    at_once(page, *["ArrowRight"] * (WINDOW - 1))
    expect(at).to_have_attribute("data-id", str(media[WINDOW - 1]))

    at_once(page, "1", "2")
    until_on(page, lambda: operation.kinds().count("media:marked") == 1)
    window.routes[0].abort()

    expect(page.get_by_role("alert").filter(has_text="1 later press was not sent")).to_be_visible()
    assert marks(operation) == {media[WINDOW - 1]: "important"}


def test_undo_takes_back_what_was_pressed_last_also_while_it_is_on_its_way(
    operation: TestOperation, enter: Enter
) -> None:
    media = seventy(operation)[:2]
    page = enter(operation.person("EC"), f"/operations/{operation.id}/gallery?order=time", island=False)
    expect(page.locator(".tile[data-cursor]")).to_have_attribute("data-id", str(media[0]))
    sent = Held(page, "**/gallery/marks")

    assert at_once(page, "3", "u") == [True, True]
    sent.until_asked()
    sent.let_go()

    expect(page.locator(".undo")).to_contain_text("Taken back")
    assert marks(operation) == {}
    assert operation.kinds().count("media:marked") == 1


def test_of_two_grades_the_later_press_stands_and_undo_takes_that_one_back(
    operation: TestOperation, enter: Enter, database: Database
) -> None:
    medium = lay_medium(operation, lay_exhibit(operation, "EC", "EC-D-014"))
    with database.write(operation.person("EC", "country_lead")) as tx:
        table = [Category(0, "none"), Category(1, "one"), Category(2, "two")]
        bring_grade_table(tx, operation.id, name="EC table", categories=table)
    page = enter(operation.person("EC"), f"/media/{medium}", island=False)
    stands = page.get_by_role("button", pressed=True)
    page.get_by_role("button", name="1 one").wait_for()
    sent = Held(page, "**/gallery/grades")

    assert at_once(page, "2", "1") == [True, True]
    sent.until_asked()
    sent.let_go()
    expect(stands).to_have_text(["1 one"])
    until_on(page, lambda: operation.kinds().count("media:graded") == 2)

    again = Held(page, "**/gallery/grades")
    assert at_once(page, "0", "u") == [True, True]
    again.until_asked()
    again.let_go()
    expect(page.locator(".undo")).to_contain_text("Taken back")
    expect(stands).to_have_text(["1 one"])
    assert operation.kinds().count("media:graded") == 3
    assert page.faults == []  # type: ignore[attr-defined]


def test_a_video_that_is_stepped_while_its_clear_copy_is_fetched_shows_the_picture_it_is_at(
    operation: TestOperation, enter: Enter, servers: Any
) -> None:
    key = real_key(operation, servers.home / "keys" / "master.key")
    facts: dict[str, Any] = {
        "kind": "video", "media_type": "video/mp4", "duration_s": UNEVEN_MS[-1] / 1000, "width": 320, "height": 180,
    }  # fmt: skip
    medium = lay_medium(operation, lay_exhibit(operation, "EC", "EC-D-014"), "DCIM/a.mp4", **facts)
    lay_film(operation, open_store(servers.media_url), key, medium, UNEVEN_MS)
    page = enter(operation.person("EC"), f"/media/{medium}", island=False)
    expect(page.locator(".tcode .q")).to_have_text("picture 1 of 120")
    clear = Held(page, "**/film/640/clear")

    page.get_by_role("button", name="Show", exact=True).click()
    clear.until_asked()
    for _ in range(3):
        page.keyboard.press(".")
    expect(page.locator(".tcode .q")).to_have_text("picture 4 of 120")
    clear.let_go()

    shown(page, 3)
    expect(page.locator(".tcode .q")).to_have_text("picture 4 of 120")


def test_a_form_is_sent_once_also_where_the_next_page_is_long_in_coming(
    operation: TestOperation, enter: Enter, database: Database
) -> None:
    with database.write(operation.person("EC", "analyst")) as tx:
        series = add_series(tx, operation.id, label="Blue room")
    page = enter(operation.person("EC", "analyst"), f"/series/{series}", island=False)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/priority") else None)
    page.locator("#s-priority").evaluate("(field) => { field.value = '1'; }")
    reload = Held(page, "**/operations/*/series/*")

    page.locator("#s-priority").evaluate(PRESS_ON)
    reload.until_asked()
    page.wait_for_timeout(10 * PRESSED_EVERY_MS)  # it is pressed on meanwhile
    reload.let_go()

    expect(page.locator("html[data-ready]")).to_have_count(1)
    assert len(sent) == 1
    assert operation.kinds().count("series:prioritised") == 1


def test_what_is_typed_right_after_answer_is_pressed_goes_into_its_field(
    operation: TestOperation, enter: Enter, database: Database
) -> None:
    lead = operation.lead()
    with database.write(operation.person("PE")) as tx:
        comment_on_lead(tx, lead, body="Who knows this wall?", language="en")
    page = enter(operation.person("EC"), f"/operations/{operation.id}/leads/{lead}")
    answer = page.get_by_role("button", name="Answer", exact=True)
    answer.wait_for()

    focused = page.evaluate(
        "async () => { [...document.querySelectorAll('button')].find((each) => each.textContent === 'Answer').click();"
        " for (let turn = 0; turn < 20; turn += 1) await null; return document.activeElement.id; }"
    )

    assert focused.startswith("answer-")
