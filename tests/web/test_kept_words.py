"""What is typed is kept: over a reload, in two tabs, when a session ends, the line is cut or a right is lost."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import text

from tests.support.operation import Side, TestOperation
from tests.support.race_acts import MEETINGS, Scene
from tests.support.waiting import until_on
from tests.web.conftest import Enter
from workspace.commands.access import take_back_access
from workspace.commands.operations import change_operation_state
from workspace.commands.referrals import return_referral
from workspace.model.database import Database

pytestmark = pytest.mark.browser

LONG = "The left ear has two studs in both pictures, and the scar below it has the same form and the same length. "


def path(operation: TestOperation, lead: UUID) -> str:
    return f"/operations/{operation.id}/leads/{lead}"


def rows(operation: TestOperation, statement: str, **values: Any) -> list[Any]:
    with operation.workers.read(operation.service_id) as view:
        return list(view.session.execute(text(statement), values).all())


def drafts(operation: TestOperation, form: str) -> int:
    return len(
        rows(operation, "select 1 from draft where operation_id = :op and form = :form", op=operation.id, form=form)
    )


def await_drafts(page: Page, operation: TestOperation, form: str, count: int) -> None:
    until_on(page, lambda: drafts(operation, form) == count)


def await_kept(page: Page, *words: str) -> None:
    """Wait until the server keeps these words of the page."""
    asked = "(url) => fetch(url).then((answer) => answer.text())"
    where = re.search(r"/operations/(\d+)/(.+)$", page.url)
    assert where
    drafts = f"/api/v1/drafts?operation={where[1]}&subject={where[2]}"
    until_on(page, lambda: all(each in page.evaluate(asked, drafts) for each in words))


def comments(operation: TestOperation, lead: UUID) -> list[str]:
    return [
        row.body for row in rows(operation, "select body from comment where lead_id = :id order by created_at", id=lead)
    ]


def second_tab(page: Page, where: str) -> Page:
    other = page.context.new_page()
    other.goto(where)
    other.locator("html[data-ready]").wait_for()
    other.locator("[data-live]").get_by_text("Live").wait_for()
    return other


def test_every_form_of_a_lead_is_as_it_was_left_after_a_reload(operation: TestOperation, enter: Enter) -> None:
    lead = operation.lead()
    page = enter(operation.person("EC", "liaison"), path(operation, lead))
    page.locator("#co-body").fill("seen twice")
    page.locator("#co-language").select_option("es")
    page.get_by_text("State a ground").click()
    page.locator("#ju-ground").select_option("nationality")
    page.locator("#ju-basis").fill("her passport")
    await_kept(page, '"es"', "seen twice", "nationality", "her passport")

    page.reload()

    expect(page.locator("#co-body")).to_have_value("seen twice")
    expect(page.locator("#co-language")).to_have_value("es")
    expect(page.locator("#ju-basis")).to_have_value("her passport")
    expect(page.locator("#ju-ground")).to_have_value("nationality")
    expect(page.locator("#ju-basis")).to_be_visible()
    page.get_by_text("Not sent. Kept for you alone").first.wait_for()
    assert page.faults == []  # type: ignore[attr-defined]


def test_sending_one_form_empties_what_was_sent_and_nothing_else(operation: TestOperation, enter: Enter) -> None:
    lead = operation.lead()
    page = enter(operation.person("EC", "liaison"), path(operation, lead))
    page.get_by_text("State a ground").click()
    page.locator("#ju-basis").fill("half a refer")
    page.locator("#co-body").fill("first")

    def slow(route: Route) -> None:
        page.locator("#co-body").fill("second, typed meanwhile")
        route.continue_()

    page.route("**/comments", slow, times=1)
    page.get_by_role("button", name="Comment").click()

    page.locator(".comments").get_by_text("first").wait_for()
    expect(page.locator("#co-body")).to_have_value("second, typed meanwhile")
    expect(page.locator("#ju-basis")).to_have_value("half a refer")
    await_drafts(page, operation, "comment", 1)
    expect(page.locator("form[data-sending]")).to_have_count(0)  # its own answer may come after everybody heard of it
    page.get_by_role("button", name="Comment").click()
    page.locator(".comments").get_by_text("second").wait_for()
    expect(page.locator("#co-body")).to_have_value("")
    await_drafts(page, operation, "comment", 0)
    await_drafts(page, operation, "ground", 1)
    assert comments(operation, lead) == ["first", "second, typed meanwhile"]


def test_a_page_that_is_loaded_anew_after_one_form_still_holds_the_others(
    operation: TestOperation, enter: Enter
) -> None:
    where = f"/operations/{operation.id}/settings"
    page = enter(operation.person("EC", "operation_lead"), where, island=False)
    page.locator("form[data-api*='/window'] textarea, form[data-api*='/window'] input[name=reason]").fill("a storm")
    settings = page.locator("form[data-api*='/settings']")
    settings.locator("input[name=lease_s], input[type=number]").first.fill("1900")

    with page.expect_navigation():
        settings.get_by_role("button").first.click()

    page.locator("html[data-ready]").wait_for()
    expect(page.locator("form[data-api*='/window'] [name=reason]")).to_have_value("a storm")
    assert drafts(operation, f"PATCH /api/v1/operations/{operation.id}/settings") == 0


def test_a_tab_that_began_with_the_others_text_replaces_nothing_unseen(operation: TestOperation, enter: Enter) -> None:
    lead = operation.lead()
    page = enter(operation.person("EC"), path(operation, lead))
    page.locator("#co-body").fill(LONG)
    await_drafts(page, operation, "comment", 1)
    other = second_tab(page, path(operation, lead))
    expect(other.locator("#co-body")).to_have_value(LONG)

    other.locator("#co-body").fill("short")
    await_drafts(page, operation, "comment", 2)

    other.locator("[data-other-draft]").get_by_text("two studs").wait_for()
    page.locator("[data-other-draft]").get_by_text("short").wait_for()
    other.locator("[data-other-draft]").get_by_role("button", name="Keep what stands here").click()
    await_drafts(page, operation, "comment", 1)
    page.wait_for_timeout(2000)  # longer than after which it would be kept again
    assert drafts(operation, "comment") == 1
    expect(page.locator("#co-body")).to_have_value(LONG)


@pytest.mark.parametrize("field", ["#co-body", "#why"])
def test_two_tabs_of_one_person_are_told_of_each_other_and_lose_nothing(
    operation: TestOperation, enter: Enter, field: str
) -> None:
    lead = operation.lead()
    page = enter(operation.person("EC"), path(operation, lead))
    page.get_by_role("button", name="Claim").first.wait_for()
    page.keyboard.press("c")
    page.locator("#why").wait_for()
    other = second_tab(page, path(operation, lead))
    other.locator("#why").wait_for()
    form = "comment" if field == "#co-body" else "opinion"

    page.locator(field).fill(LONG)
    await_drafts(page, operation, form, 1)
    other.locator(field).fill("short")
    await_drafts(page, operation, form, 2)

    other.locator("[data-other-draft]").get_by_text("two studs").wait_for()
    page.locator("[data-other-draft]").get_by_text("short").wait_for()
    expect(page.locator(field)).to_have_value(LONG)
    page.locator("[data-other-draft]").get_by_role("button", name="Keep both here").click()
    expect(page.locator(field)).to_have_value(f"{LONG}\nshort")
    await_drafts(page, operation, form, 1)
    page.reload()
    expect(page.locator(field)).to_have_value(f"{LONG}\nshort")


def test_a_text_that_was_sent_in_one_tab_is_told_in_the_other(operation: TestOperation, enter: Enter) -> None:
    lead = operation.lead()
    page = enter(operation.person("EC"), path(operation, lead))
    page.locator("#co-body").fill("once")
    await_drafts(page, operation, "comment", 1)
    other = second_tab(page, path(operation, lead))
    expect(other.locator("#co-body")).to_have_value("once")

    page.get_by_role("button", name="Comment").click()

    other.get_by_text("was sent or thrown away in another tab").wait_for()
    other.get_by_role("button", name="Empty the form").click()
    expect(other.locator("#co-body")).to_have_value("")


def end_sessions(operation: TestOperation, person: int) -> None:
    operation.change("update session set ended_at = now() where user_id = :id", id=person)


def give_passkey(page: Page, operation: TestOperation, person: int) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    page.goto("/account")
    page.locator("html[data-ready]").wait_for()
    page.get_by_label("Name of the new passkey").fill("Laptop")
    with page.expect_navigation():  # the page loads itself anew
        page.get_by_role("button", name="Add a passkey").click()
    assert rows(operation, "select 1 from passkey where user_id = :id", id=person)


@pytest.mark.parametrize("first", ["press", "type"])
def test_a_session_that_ends_asks_for_the_passkey_on_the_spot_and_the_act_goes_on(
    operation: TestOperation, enter: Enter, first: str
) -> None:
    lead, person = operation.lead(), operation.person("EC")
    page = enter(person, "/account", island=False)
    give_passkey(page, operation, person)
    page.goto(path(operation, lead))
    page.locator("[data-live]").get_by_text("Live").wait_for()
    page.locator("#co-body").fill("typed before")

    if first == "press":
        end_sessions(operation, person)
        # Not with the mouse: what is kept while one types may have brought the dialog before.
        page.get_by_role("button", name="Comment").dispatch_event("click")
    else:
        await_drafts(page, operation, "comment", 1)

        def end(route: Route) -> None:
            end_sessions(operation, person)
            route.continue_()

        # As what was typed is on its way to be kept: sooner, the dialog would take the keys that are still to come.
        page.route("**/api/v1/drafts", end, times=1)
        page.locator("#co-body").press("End")
        page.keyboard.insert_text(" and after")
    dialog = page.locator("dialog[data-sign-in]")
    dialog.get_by_text("Your session has ended").wait_for()
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Sign in with your passkey").click()

    dialog.wait_for(state="detached")
    if first == "press":
        page.locator(".comments").get_by_text("typed before").wait_for()
        assert comments(operation, lead) == ["typed before"]
    else:
        expect(page.locator("#co-body")).to_have_value("typed before and after")
        await_drafts(page, operation, "comment", 1)
        page.get_by_role("button", name="Comment").click()
        page.locator(".comments").get_by_text("typed before and after").wait_for()
    page.locator("[data-live]").get_by_text("Live").wait_for()
    assert page.url.endswith(f"/leads/{lead}")


def test_what_is_typed_while_the_line_is_cut_is_kept_when_it_is_back(operation: TestOperation, enter: Enter) -> None:
    lead = operation.lead()
    page = enter(operation.person("EC"), path(operation, lead))

    page.context.set_offline(True)
    page.locator("#co-body").fill("typed in a tunnel")
    page.get_by_text("Not kept yet").wait_for()
    page.context.set_offline(False)

    page.get_by_text("Not sent. Kept for you alone").wait_for()
    page.reload()
    expect(page.locator("#co-body")).to_have_value("typed in a tunnel")


def test_whoever_is_removed_while_writing_is_told_and_has_the_text_to_copy(
    operation: TestOperation, enter: Enter
) -> None:
    lead, person = operation.lead(), operation.person("EC", "analyst")
    page = enter(person, path(operation, lead))
    page.locator("#co-body").fill("not sent in time")
    await_drafts(page, operation, "comment", 1)

    operation.change("update membership set ends_at = now() where user_id = :id", id=person)

    left = page.locator("[data-left]")
    left.get_by_text("This operation is no longer open to you.").wait_for()
    expect(left.get_by_label("What you wrote")).to_have_value("not sent in time")
    expect(page.locator("main")).to_be_hidden()
    assert drafts(operation, "comment") == 1


def write(page: Page) -> None:
    """Begin a comment, and a mark on the first side."""
    page.locator("#co-body").fill("written as it closed")
    page.get_by_role("button", name="Mark ", exact=False).first.click()
    page.locator("#mark-note").fill("a scar")


def unsent(page: Page, form: str) -> Locator:
    """The text of a form that is closed by now."""
    return page.locator(f"[data-unsent='{form}']").get_by_label("What you wrote")


def test_what_is_written_as_a_side_or_the_lead_is_closed_is_told_and_left_to_copy(
    operation: TestOperation, enter: Enter, database: Database
) -> None:
    """Access to the exhibit was given on another lead: this one itself does not change."""
    half, gone = (operation.lead(Side("EC", "agency"), other) for other in ("PE", Side("EC", "agency")))
    pages = {}
    for country, lead in (("PE", half), ("CL", gone)):
        operation.grant("EC", country)
        pages[country] = enter(operation.person(country), path(operation, lead))
        write(pages[country])

    grants = rows(operation, "select id from access_grant where operation_id = :op", op=operation.id)
    for grant in grants:
        with database.write(operation.person("EC", "country_lead")) as tx:
            take_back_access(tx, grant.id)

    here, there = pages["PE"], pages["CL"]
    here.get_by_text("Your country holds no key to this side.").wait_for()
    expect(unsent(here, "mark/1")).to_have_value("a scar")
    expect(here.locator("#co-body")).to_have_value("written as it closed")
    expect(here.locator("#mark-note")).to_have_count(0)
    there.get_by_text("There is no such lead.").wait_for()
    expect(unsent(there, "mark/1")).to_have_value("a scar")
    expect(unsent(there, "comment")).to_have_value("written as it closed")
    expect(there.locator(".lead, .lead-head")).to_have_count(0)


def test_what_is_written_as_the_operation_is_closed_is_told_and_left_to_copy(
    operation: TestOperation, enter: Enter, database: Database
) -> None:
    page = enter(operation.person("EC"), path(operation, operation.lead()))
    cards = enter(operation.person("PE"), f"/operations/{operation.id}/board")
    cards.locator(".card-claim").wait_for(state="attached")
    write(page)
    await_drafts(page, operation, "comment", 1)

    for state in ("closing", "closed"):
        with database.write(operation.person("EC", "operation_lead")) as tx:
            change_operation_state(tx, operation.id, to=state)
        expect(cards.locator(".card-claim")).to_have_count(0)

    expect(unsent(page, "mark/1")).to_have_value("a scar")
    expect(unsent(page, "comment")).to_have_value("written as it closed")
    closed = page.locator("[data-unsent=comment]")
    expect(closed).to_contain_text("«Comment» is closed here now.")
    closed.get_by_role("button", name="Throw away").click()
    await_drafts(page, operation, "comment", 0)
    expect(closed).to_have_count(0)


def test_an_outcome_is_stored_once_where_its_answer_was_lost_and_kept_where_the_referral_went_back(
    operation: TestOperation, enter: Enter, database: Database
) -> None:
    scene = Scene(operation, database)
    next(meeting for meeting in MEETINGS if meeting.name == "an accepted referral").lay(scene)
    page = enter(
        operation.person("CL", "liaison"), f"/operations/{operation.id}/referrals/{scene.referral}", island=False
    )
    form = page.locator("form.outcome").first

    def state(reference: str) -> None:
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        form.locator("[name=who]").select_option(label="A new child who is shown, not one that the ledger has")
        form.locator("[name=stage]").select_option("V4")
        form.locator("[name=authority_reference]").fill(reference)
        form.locator("[name=stated_on]").fill(form.locator("[name=stated_on]").get_attribute("max") or "")
        if form.locator("[name=early_reason]").count():
            form.locator("[name=early_reason]").fill("known before")
        form.get_by_role("button", name="Record the statement").click()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/outcomes", lose, times=1)
    state("12/26")
    form.get_by_text("It is not known whether this was stored.").wait_for()
    with page.expect_navigation():
        form.get_by_role("button", name="Record the statement").click()
    page.locator("html[data-ready]").wait_for()
    assert len(rows(operation, "select 1 from outcome where referral_id = :id", id=scene.referral)) == 1

    with database.write(operation.person("CL", "country_lead")) as tx:
        return_referral(tx, scene.referral, reason="not ours")
    state("13/26")
    expect(form.locator("[data-faults]")).not_to_be_empty()
    expect(form.locator("[name=authority_reference]")).to_have_value("13/26")
    assert len(rows(operation, "select 1 from outcome where referral_id = :id", id=scene.referral)) == 1
