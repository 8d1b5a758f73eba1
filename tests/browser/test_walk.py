"""A lead's whole way on screens: board, claim, blind opinions, verification, referral, package, outcome, statistics,
record.

One long walk, because each step stands on the one before; people sit at two web processes, real workers do the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Download, Error, Locator, Page, Route, expect

from tests.support.busy_room import fill_the_board
from tests.support.exercise_room import Exercise
from tests.support.seats import PHONE, Seat, draw_box
from tests.support.servers import Web
from tests.support.waiting import until_on
from workspace.exchange.referral_package import open_package
from workspace.exchange.verify_record import verify_record
from workspace.queries.figures import counts
from workspace.settings import read_settings
from workspace.web.exercise import exercise_links, new_secret

pytestmark = [
    pytest.mark.browser,
    pytest.mark.distributed,
    pytest.mark.timeout(900),
    pytest.mark.usefixtures("working"),
]

Sit = Callable[..., Seat]
EXAMINERS = ("EC · specialist 1", "PE · specialist 1")
HELD = r"status of 409"
FEATURES = ("Ears", "Nose, base and tip", "Marks and scars")


@dataclass
class Walk:
    """What the walk's steps hand on."""

    exercise: Exercise
    webs: list[Web]
    sit: Sit
    lead: UUID
    before: dict[str, int]
    seats: dict[str, Seat] = field(default_factory=dict)
    first: str = ""
    second: str = ""
    referral: str = ""

    @property
    def lead_path(self) -> str:
        return self.exercise.path(f"/leads/{self.lead}")


def test_a_lead_goes_its_whole_way_on_screens(exercise: Exercise, webs: list[Web], seat: Sit, tmp_path: Path) -> None:
    fill_the_board(exercise)
    walk = Walk(exercise, webs, seat, exercise.fresh_lead(), before=figures(exercise))

    both_claim_at_once(walk)
    first_opinion(walk)
    second_opinion_without_the_score(walk)
    draft_approve_and_send(walk)
    recipient_answers_on_a_phone(walk, tmp_path)
    statistics_count_it(walk, tmp_path)
    record_holds(walk, tmp_path)


def both_claim_at_once(walk: Walk) -> None:
    """Two examiners press Claim in the same instant, at two processes: one holds, the other reads who."""
    for which, label in enumerate(EXAMINERS):
        taken = walk.sit(label, walk.exercise.path("/board"), which=which)
        taken.until_live()
        taken.bring(walk.lead)
        taken.page.evaluate("window.loadedOnce = true")
        taken.provoke(HELD)
        walk.seats[label] = taken
    here, there = (walk.seats[label] for label in EXAMINERS)
    pressed: list[Route] = []

    def hold(route: Route) -> None:
        pressed.append(route)

    for taken in (here, there):
        taken.page.route("**/claim", hold)
        taken.card(walk.lead).hover()
        taken.card(walk.lead).locator(".card-claim").click()
    for taken in (here, there):
        until_on(taken.page, lambda: len(pressed) == 2)
    for request in pressed:
        request.continue_()
    for taken in (here, there):
        taken.page.unroute("**/claim")
    for taken in (here, there):
        taken.until_in_column("claimed", walk.lead)
        expect(taken.card(walk.lead)).to_contain_text(re.compile("You|was first"))  # the card moves before it is told
    lost = here if "was first" in here.card(walk.lead).inner_text() else there
    won = there if lost is here else here
    walk.first, walk.second = EXAMINERS if won is here else EXAMINERS[::-1]

    expect(won.card(walk.lead)).to_contain_text("You")
    expect(lost.card(walk.lead)).to_contain_text(f"{walk.first} was first")
    kinds = "select count(*) from event where operation_id = :id and lead_id = :lead and kind = :kind"
    for kind in ("lead:claimed", "lead:claim_lost"):
        assert walk.exercise.one(kinds, id=walk.exercise.operation_id, lead=walk.lead, kind=kind) == 1


def first_opinion(walk: Walk) -> None:
    """Who holds it sees the pictures while he holds, marks, draws, comments, signs, takes back and signs again."""
    mine, other = walk.seats[walk.first], walk.seats[walk.second]
    mine.card(walk.lead).locator(".card-id").click()
    mine.page.wait_for_url("**/leads/**")
    mine.until_live()
    hold_to_see(mine)
    for feature in FEATURES:
        mine.page.get_by_role("group", name=feature).get_by_role("button", name="Similar").click()
    mine.page.keyboard.press("Shift+Digit7")
    mine.page.keyboard.press("Shift+Digit9")
    draw_a_region(mine, "The same mark under the left eye")
    mine.page.get_by_label("Comment", exact=True).fill("The wall behind them is the same; see the tiles.")
    mine.page.get_by_role("button", name="Comment", exact=True).click()
    expect(mine.page.locator(".comments")).to_contain_text("see the tiles")
    mine.page.evaluate("document.querySelector('.lead-col').scrollTo(0, 0)")
    mine.page.get_by_label("Some support: same person").check()
    mine.page.locator("#why").fill("Ears and nose agree; the mark under the eye is in both.")

    mine.page.get_by_role("button", name="Sign my opinion").click()
    mine.page.get_by_role("button", name="Undo").click()
    expect(mine.page.locator("#why")).to_have_value("Ears and nose agree; the mark under the eye is in both.")
    mine.page.get_by_role("button", name="Sign my opinion").click()
    expect(mine.page.get_by_role("button", name="Undo")).to_be_visible()
    expect(other.in_column("claimed", walk.lead)).to_have_count(1)
    walk.exercise.pass_undo_time()

    other.until_in_column("assessed", walk.lead)
    # The score, or why it waits: where another lead shows a copy of the same picture.
    expect(mine.page.get_by_text(re.compile("Recogniser|compares the same pictures")).last).to_be_visible()
    assert other.page.evaluate("window.loadedOnce") is True


def hold_to_see(taken: Seat) -> None:
    """Press, look, let go: clear only in between."""
    pictures = taken.page.locator(".surface image")
    expect(pictures.nth(1)).to_have_attribute("href", re.compile("/veiled$"))
    taken.page.get_by_role("button", name="Hold to see").hover()
    taken.page.mouse.down()
    for place in (0, 1):
        expect(pictures.nth(place)).to_have_attribute("href", re.compile("/clear$"))
    taken.page.mouse.up()
    for place in (0, 1):
        expect(pictures.nth(place)).to_have_attribute("href", re.compile("/veiled$"))


def draw_a_region(taken: Seat, note: str) -> None:
    """Draw a box on the first picture with the mouse, and say what is seen there."""
    taken.page.get_by_role("button", name=re.compile("^Mark P-")).first.click()
    draw_box(taken.page.locator(".surface").first, (0.3, 0.3), (0.5, 0.45))
    taken.page.get_by_label("What is seen there").fill(note)
    taken.page.get_by_role("button", name="Save the mark").click()
    expect(taken.page.locator(".notes")).to_contain_text(note)
    expect(taken.page.locator(".surface").first.locator(".marks rect")).to_have_count(1)


def second_opinion_without_the_score(walk: Walk) -> None:
    """The other country's examiner sees neither score nor opinion before he has signed; then both, and the lead is
    verified."""
    mine, other = walk.seats[walk.second], walk.seats[walk.first]
    mine.until_in_column("assessed", walk.lead)
    expect(mine.card(walk.lead)).to_contain_text("Score withheld")
    other.page.keyboard.press("b")
    other.until_live()
    mine.card(walk.lead).locator(".card-id").click()
    mine.page.get_by_text("Score withheld until you decide.").wait_for()
    told = mine.page.evaluate(
        "(lead) => fetch(`/api/v1/leads/${lead}`).then((answer) => answer.json())", str(walk.lead)
    )
    assert (told["score"], told["assessments"], told["opinions"]) == (None, [], 1)
    assert "the mark under the eye is in both" not in json.dumps(told)

    mine.until_live()  # before, no key changes anything
    mine.page.keyboard.press("c")
    mine.page.locator("#why").wait_for()
    hold_to_see(mine)
    mine.page.keyboard.press("Shift+Digit7")
    mine.page.keyboard.press("Shift+Digit9")
    mine.page.keyboard.press("1")
    mine.page.locator("#why").fill("Both ears, nose and the mark agree.")
    mine.page.keyboard.press("Control+Enter")
    expect(mine.page.get_by_role("button", name="Undo")).to_be_visible()
    walk.exercise.pass_undo_time()

    other.until_in_column("verified", walk.lead)
    expect(mine.page.locator(".lead-head")).to_contain_text("Verified")
    expect(mine.page.get_by_text("the mark under the eye is in both")).to_be_visible()


def draft_approve_and_send(walk: Walk) -> None:
    """A ground is stated, the liaison drafts, another country's lead approves, a worker builds, the liaison sends."""
    examiner = walk.seats[walk.second].page
    examiner.get_by_text("State a ground").click()
    fill(examiner, {"ju-country": "PE", "ju-ground": "child_residence", "ju-for": "protection"})
    examiner.get_by_label("What supports it").fill("A school badge of Lima in the second picture.")
    examiner.get_by_role("button", name="State it").click()
    expect(examiner.locator(".claimrow")).to_contain_text("Residence of the child")

    liaison = walk.sit("EC · liaison", walk.lead_path)
    liaison.page.get_by_text("Draft a referral").click()
    expect(liaison.page.get_by_role("button", name="Draft it")).to_be_disabled()
    liaison.page.get_by_text("State what speaks besides the face").click()
    fill(liaison.page, {"co-type": "place"})
    liaison.page.locator("#co-ref").fill("The same tiles and the same mark in both pictures.")
    liaison.page.locator("#co-date").fill("2026-01-05")
    liaison.page.get_by_role("button", name="State it").click()
    expect(liaison.page.locator(".claimrow", has_text="The same tiles")).to_contain_text("Place · for it")
    liaison.page.get_by_label("To", exact=True).select_option(label="PE · child protection agency")
    fill(liaison.page, {"re-for": "protection", "re-urgency": "urgent"})
    liaison.page.get_by_role("button", name="Draft it").click()
    expect(liaison.page.get_by_text("A second person must approve it.")).to_be_visible()

    approver = walk.sit("PE · country lead", walk.exercise.path("/referrals"), which=1)
    approver.page.locator("#main tr", has_text="drafted").get_by_role("link", name=re.compile("^R-")).click()
    approver.page.wait_for_url("**/referrals/*")
    walk.referral = approver.page.url.rpartition("/")[2]
    approver.press("Approve as second person")
    liaison.affirm("Send")
    walk.seats[walk.first].until_in_column("referred", walk.lead)
    liaison.page.goto(walk.exercise.path(f"/referrals/{walk.referral}"))


def recipient_answers_on_a_phone(walk: Walk, folder: Path) -> None:
    """The authority, by its one-click link, sees its inbox and nothing else; answers, opens the package, states
    outcomes."""
    label = "PE · child protection officer"
    phone = walk.sit(label, "/account", viewport=PHONE, is_mobile=True, has_touch=True)
    page = phone.page
    page.goto(exercise_link(walk, label))
    page.wait_for_url("**/referrals")
    expect(page.locator(".nav a")).to_have_count(1)
    rows = page.locator("#main section[aria-labelledby=inbox-h] tbody tr")
    mine = "select count(*) from referral r join agency a on a.id = r.to_agency_id where a.name = :name and r.state <> 'drafted'"
    expect(rows).to_have_count(walk.exercise.one(mine, name="PE · child protection agency"))
    phone.provoke("status of 404")
    for closed in (walk.exercise.path("/board"), f"/leads/{walk.lead}"):
        assert page.evaluate("(url) => fetch(url).then((answer) => answer.status)", f"/api/v1{closed}") == 404

    rows.locator(f'a[href$="{walk.referral}"]').click()
    phone.press("Acknowledge receipt")
    expect(page.get_by_role("button", name="Acknowledge receipt")).to_have_count(0)
    phone.press("Accept the case")
    expect(page.locator(".page-head")).to_contain_text("accepted")
    phone.until_ready()  # all rows of the page are there

    package = download(page, page.get_by_text("Download (encrypted"), folder / "package")
    opened = open_package(package, walk.exercise.identity("PE-CPA"))
    walk.seats[walk.first].until_in_column("referred", walk.lead)
    expect(walk.seats[walk.first].card(walk.lead)).to_contain_text(opened.manifest["lead"])

    today = "select to_char(now() at time zone time_zone, 'YYYY-MM-DD') from operation where id = :id"
    for stage, who in (("V4", "The child whom"), ("V5", "V-0"), ("V5", "Children who are not shown")):
        before = page.locator("#main tbody tr:has(bdi)").count()
        option = page.locator("#victim-who option").filter(has_text=who).get_attribute("value")
        page.get_by_text("More: age, sex").click()
        fill(page, {"victim-who": option or "", "victim-stage": stage, "victim-age": "7_12"})
        page.get_by_label("Authority's reference").fill("case 1")
        page.get_by_label("Stated on").fill(walk.exercise.one(today, id=walk.exercise.operation_id))
        phone.press("Record the statement")
        expect(page.locator("#main tbody tr:has(bdi)")).to_have_count(before + 1)
    room = walk.seats[walk.first]
    room.until_in_column("outcome", walk.lead)


def exercise_link(walk: Walk, label: str) -> str:
    """The person's one-click link, as `demo` prints it."""
    port = int(walk.webs[0].url.rpartition(":")[2])
    found = replace(
        read_settings(), profile="exercise", home=walk.exercise.home, host="localhost", port=port, public_url=""
    )
    new_secret(found)
    return exercise_links(found, [(walk.exercise.people[label], label)])[0][1]


def statistics_count_it(walk: Walk, folder: Path) -> None:
    """An edition counts one confirmed, one safeguarded, and the sibling apart; its three files say the same."""
    lead = walk.sit("EC · operation lead", walk.exercise.path("/statistics"), which=1)
    page = lead.page
    with page.expect_response("**/editions"):  # a page that is loaded anew before it has asked asks for nothing
        lead.affirm("Make the edition")
    until(page, lambda: page.locator("[data-figure]").count() > 0)
    counted = ("leads_verified", "referrals_sent", "victims_confirmed", "victims_safeguarded", "children_safeguarded")
    wanted = {key: walk.before[key] + 1 for key in counted}
    for key, number in wanted.items():
        expect(page.locator(f'[data-figure="{key}"] td.num')).to_have_text(str(number))

    as_json = json.loads(download(page, page.get_by_role("link", name="JSON"), folder / "edition.json"))
    told = {row["key"]: row["number"] for row in as_json["figures"]}
    assert {key: told[key] for key in counted} == wanted
    assert b"Safeguarded" in download(page, page.get_by_role("link", name="CSV"), folder / "edition.csv")
    assert download(page, page.get_by_role("link", name="PDF"), folder / "edition.pdf").startswith(b"%PDF-")
    page.goto(walk.exercise.path())
    page.goto(walk.exercise.path("/intake"))


def record_holds(walk: Walk, folder: Path) -> None:
    """The observer takes the record home; the offline verifier finds it whole, and finds a changed letter."""
    observer = walk.sit("CL · observer", walk.exercise.path("/record"))
    exported = download(
        observer.page, observer.page.get_by_role("link", name="the lines alone"), folder / "record.jsonl"
    )
    lines = exported.decode().splitlines()

    found = verify_record(lines)
    assert found.is_intact, found.faults
    assert found.operation == walk.exercise.operation_id
    assert not verify_record([*lines[:40], lines[40].replace("lead", "Lead", 1), *lines[41:]]).is_intact


def figures(exercise: Exercise) -> dict[str, int]:
    """What an edition would count now."""
    with exercise.workers.read(exercise.service_id) as view:
        return counts(view.session, exercise.operation_id)


def fill(page: Page, choices: dict[str, str]) -> None:
    """Choose in lists, by their ids."""
    for field_id, value in choices.items():
        page.locator(f"#{field_id}").select_option(value)


def download(page: Page, link: Locator, target: Path) -> bytes:
    """Follow a link that downloads."""
    with page.expect_download() as coming:
        link.click()
    found: Download = coming.value
    found.save_as(target)
    return target.read_bytes()


def until(page: Page, condition: Callable[[], Any], limit: int = 240) -> None:
    """Load a page again until something is there: for pages that wait for a worker."""
    for _ in range(limit):
        if condition():
            return
        page.wait_for_timeout(500)
        with suppress(Error):  # the page may be loading itself anew in this moment
            page.reload()
    raise AssertionError("it did not happen in time")
