"""What goes wrong among many people: the line is cut, a referral comes back; and hands that use no mouse."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, WebSocket, expect
from sqlalchemy import create_engine, text

from tests.support.exercise_room import Exercise
from tests.support.papers import ground, opinion, refer, wait_for_package
from tests.support.seats import PHONE, Seat
from tests.support.servers import Servers
from tests.support.waiting import until_on
from workspace.commands.claims import claim_lead
from workspace.exchange.referral_package import new_recipient_keypair

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("working"),
]

Sit = Callable[..., Seat]
CUT = (r"ERR_INTERNET_DISCONNECTED", r"WebSocket connection")


def test_a_cut_line_is_told_and_catches_up(exercise: Exercise, seat: Sit) -> None:
    lead, other = exercise.fresh_lead("register_match"), exercise.fresh_lead("register_match")
    here, stays = (seat(label, exercise.path("/board")) for label in ("PE · specialist 2", "CO · analyst"))
    for each in (here, stays):
        each.until_live()
    here.until_answered()
    for each in (here, stays):
        each.bring(lead)
    here.provoke(*CUT)

    here.context.set_offline(True)
    here.page.get_by_text("What is loaded can be read; changes cannot be made.").wait_for()
    here.card(lead).locator(".card-id").focus()
    expect(here.card(lead).locator(".card-claim")).to_have_attribute("aria-disabled", "true")
    here.page.keyboard.press("c")
    for claimed in (lead, other):
        with exercise.app.write(exercise.people["EC · specialist 2"]) as tx:
            claim_lead(tx, claimed)
        stays.in_column("claimed", claimed).wait_for()
    expect(here.in_column("open", lead)).to_have_count(1)
    here.context.set_offline(False)

    here.page.get_by_text("2 changes while you were away.").wait_for()
    expect(here.in_column("claimed", lead)).to_contain_text("EC · specialist 2")
    expect(here.page.locator("[data-live]")).to_have_text("Live")
    tries = "select count(*) from event where lead_id = :lead and kind in ('lead:claimed', 'lead:claim_lost')"
    assert exercise.one(tries, lead=lead) == 1


def test_what_arrives_before_the_line_stands_again_is_told_as_missed_too(exercise: Exercise, seat: Sit) -> None:
    lead = exercise.fresh_lead("register_match")
    here = seat("PE · specialist 1", exercise.path("/board"))
    here.until_live()
    here.bring(lead)
    here.provoke(*CUT)

    here.page.evaluate("window.dispatchEvent(new Event('offline'))")  # the socket is closed, requests still pass
    here.page.get_by_text("What is loaded can be read; changes cannot be made.").wait_for()
    with exercise.app.write(exercise.people["EC · specialist 2"]) as tx:
        claim_lead(tx, lead)
    here.page.locator("h1").click()
    here.page.keyboard.press("u")
    here.in_column("claimed", lead).wait_for()
    expect(here.page.get_by_text("while you were away")).to_have_count(0)
    here.page.evaluate("window.dispatchEvent(new Event('online'))")

    here.page.get_by_text("1 change while you were away.").wait_for()


def test_a_lead_is_found_claimed_and_opened_by_keys_alone(exercise: Exercise, seat: Sit) -> None:
    lead = exercise.fresh_lead("register_match")
    number = exercise.one("select number from lead where id = :id", id=lead)
    here = seat("PE · specialist 1", exercise.path("/board"))
    here.until_live()
    here.bring(lead)
    cursor = here.page.locator(".card[data-cursor]")
    keys = here.page.keyboard

    keys.press("j")
    keys.press("k")
    for _ in range(60):
        at = cursor.get_attribute("data-id") or ""
        if at == str(lead):
            break
        keys.press("j")
        expect(cursor).not_to_have_attribute("data-id", at)  # drawn a frame later
        expect(here.page.locator(".card[data-cursor] .card-id:focus")).to_have_count(1)
    keys.press("c")
    here.in_column("claimed", lead).wait_for()
    expect(here.card(lead)).to_contain_text("You")
    here.card(lead).locator(".card-id").focus()
    keys.press("Enter")

    here.page.wait_for_url(f"**/leads/{lead}")
    expect(here.page.locator("h1")).to_have_text(f"L-{number:04d}")
    here.until_live()
    keys.press("r")
    expect(here.page.get_by_text("Nobody holds this lead.")).to_be_visible()


def test_a_returned_referral_is_routed_on_to_the_right_authority(exercise: Exercise, seat: Sit) -> None:
    lead = exercise.fresh_lead()
    for label in ("EC · specialist 2", "PE · specialist 2"):
        opinion(exercise, lead, label, 1)
    referral = refer(exercise, lead, to="PE-CPA", approver="PE · country lead")
    number = exercise.one("select number from referral where id = :id", id=referral)

    phone = seat("PE · child protection officer", exercise.path(f"/referrals/{referral}"), viewport=PHONE)
    phone.press("Acknowledge receipt")
    expect(phone.page.get_by_role("button", name="Acknowledge receipt")).to_have_count(0)
    phone.page.get_by_text("Return it: another authority is competent").click()
    phone.page.locator("#why-return").fill("The child lives in Colombia since last year.")
    phone.affirm("Return")
    expect(phone.page.locator(".page-head")).to_contain_text("returned")

    ground(exercise, lead, "CO")
    liaison = seat("EC · liaison", exercise.path("/board"), which=1)
    liaison.until_in_column("referred", lead)
    expect(liaison.card(lead)).to_contain_text("returned")
    liaison.page.goto(exercise.path(f"/referrals/{referral}"))
    liaison.page.get_by_label("To", exact=True).select_option(label="CO · victim identification unit")
    liaison.page.locator("#why-route").fill("Colombia is competent: the child lives there.")
    liaison.press("Draft the onward referral")
    liaison.page.wait_for_url("**/referrals")

    onward = exercise.one("select id from referral where previous_id = :id", id=referral)
    approver = seat("PE · country lead", exercise.path(f"/referrals/{onward}"))
    expect(approver.page.get_by_text(f"R-{number:04d} (re-routed)")).to_be_visible()
    approver.press("Approve as second person")
    expect(approver.page.get_by_role("button", name="Approve as second person")).to_have_count(0)
    wait_for_package(exercise, onward)
    liaison.page.goto(exercise.path(f"/referrals/{onward}"))
    liaison.affirm("Send")
    expect(liaison.page.locator(".page-head")).to_contain_text(re.compile("^\\s*R-\\d+\\s*sent"))
    inbox = seat("CO · country lead", exercise.path("/referrals"))
    expect(inbox.page.locator("#main section[aria-labelledby=inbox-h]")).to_contain_text("sent")


def test_a_form_that_is_pressed_before_its_script_runs_sends_nothing(exercise: Exercise, seat: Sit) -> None:
    here = seat("EC · country lead", exercise.path("/intake"), java_script_enabled=False)
    address = here.page.url

    here.page.get_by_text("Describe the new exhibit").click()
    for field in ("x-label", "x-case", "x-custodian"):
        here.page.locator(f"#{field}").fill("words that belong in no address")
    here.page.get_by_role("button", name="Add exhibit of EC").click()

    expect(here.page.locator("#x-label")).to_have_value("words that belong in no address")
    assert here.page.url == address


def test_the_directors_page_shows_what_happens_without_being_loaded_anew(exercise: Exercise, seat: Sit) -> None:
    director = seat("EC · exercise director", exercise.path("/exercise"))
    director.page.evaluate("window.loadedOnce = true")
    acts = director.page.locator("[data-fresh=acts] li")
    before = acts.first.inner_text()

    with exercise.app.write(exercise.people["PE · specialist 2"]) as tx:
        claim_lead(tx, exercise.fresh_lead())

    expect(director.page.locator("[data-fresh=acts]")).to_contain_text("claimed")
    expect(acts.first).not_to_have_text(before)
    assert director.page.evaluate("window.loadedOnce") is True


def test_a_package_is_opened_in_the_browser_and_nothing_leaves_the_machine(
    exercise: Exercise, seat: Sit, tmp_path: Path
) -> None:
    """With another agency's key it says so; with its own it is opened, checked and saved, and no request carries the
    key."""
    lead = exercise.fresh_lead()
    for label in ("EC · specialist 2", "PE · specialist 2"):
        opinion(exercise, lead, label, 1)
    referral = refer(exercise, lead, to="PE-CPA", approver="PE · country lead")
    keys = {name: tmp_path / name for name in ("no.key", "other.key", "own.key")}
    keys["no.key"].write_text("a photo")
    keys["other.key"].write_text(new_recipient_keypair()[1] + "\n")
    keys["own.key"].write_text(f"# our key\n{exercise.identity('PE-CPA')}\n")
    page = seat("PE · child protection officer", exercise.path(f"/referrals/{referral}")).page
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url} {request.post_data or ''}"))

    for name, said in (
        ("no.key", "This file holds no key."),
        ("other.key", "This key does not open the package"),
        ("own.key", "Every hash and the signature hold."),
    ):
        page.get_by_label("Your agency's key file").set_input_files(keys[name])
        page.get_by_role("button", name="Open the package").click()
        expect(page.get_by_text(said)).to_be_visible()
    with page.expect_download() as coming:
        page.get_by_text("Save report.pdf").click()
    coming.value.save_as(tmp_path / "report")
    page.get_by_text(re.compile("Show the . pictures")).click()
    picture = page.locator("[data-opened] img").first
    expect(picture).to_be_visible()

    assert (tmp_path / "report").read_bytes().startswith(b"%PDF")
    assert picture.evaluate("(image) => image.naturalWidth") > 0
    assert all(each.startswith("GET ") and "SECRET" not in each for each in sent)


def test_the_line_comes_back_by_itself_after_the_database_has_refused(
    exercise: Exercise, seat: Sit, servers: Servers
) -> None:
    here = seat("PE · specialist 2", exercise.path("/board"))
    here.until_live()
    here.provoke(*CUT, r"WebSocket", r"503")
    admin = create_engine(servers.admin_url, isolation_level="AUTOCOMMIT")

    with admin.connect() as rows:
        rows.execute(text("alter role concord_app nologin"))
        rows.execute(text("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'concord_app'"))
        try:
            here.page.evaluate("window.dispatchEvent(new Event('offline'))")
            here.page.evaluate("window.dispatchEvent(new Event('online'))")
            expect(here.page.locator("[data-live]")).to_have_text("No connection")
            handshakes: list[WebSocket] = []
            here.page.on("websocket", lambda opened: handshakes.append(opened))
            until_on(here.page, lambda: len(handshakes) > 3)  # those before were refused
            expect(here.page.locator("[data-live]")).to_have_text("No connection")
        finally:
            rows.execute(text("alter role concord_app login"))
            rows.close()
            admin.dispose()

    expect(here.page.locator("[data-live]")).to_have_text("Live")


def test_an_answer_that_is_lost_says_so_and_pressing_again_stores_once(exercise: Exercise, seat: Sit) -> None:
    lead = exercise.fresh_lead("register_match")
    here = seat("PE · specialist 2", exercise.path(f"/leads/{lead}"))
    here.provoke(r"ERR_FAILED")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    here.page.route("**/comments", lose, times=1)
    here.page.locator("#co-body").fill("The same plug as in the first picture.")
    here.page.get_by_role("button", name="Comment", exact=True).click()
    expect(here.page.get_by_text("It is not known whether this was stored.")).to_be_visible()
    with here.page.expect_response("**/comments"):
        here.page.get_by_role("button", name="Comment", exact=True).click()

    expect(here.page.get_by_text("It is not known whether this was stored.")).to_have_count(0)
    assert exercise.one("select count(*) from comment where lead_id = :lead", lead=lead) == 1
