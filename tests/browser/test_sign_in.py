"""From an invitation to a signed-in administrator with a real browser and its own authenticators: no password
anywhere."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, expect

from tests.support.exercise_room import Exercise
from tests.support.seats import Seat
from tests.support.servers import ROOT, Web

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
]


def invitation(exercise: Exercise, web: Web) -> str:
    """The link that `operation create` prints."""
    create = [
        "operation",
        "create",
        "--code-name",
        "Harbour",
        "--country",
        "EC",
        "--country",
        "PE",
        "--administrator",
        "EC · first",
    ]
    env = exercise.env | {"CONCORD_PORT": web.url.rpartition(":")[2]}
    done = subprocess.run(
        [sys.executable, "app.py", *create], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = re.search(r"http://localhost:\d+/invitation/\S+", done.stdout)
    assert found, done.stdout
    return found[0]


def add_authenticator(devtools: CDPSession, transport: str) -> str:
    """Give the browser an authenticator of its own that knows its person."""
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": transport,
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return str(devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"])


def test_an_invited_administrator_enrols_two_passkeys_and_signs_in_with_one(
    chromium: Browser, webs: list[Web], exercise: Exercise
) -> None:
    here = Seat(chromium, webs[0].url)
    page = here.page
    devtools = here.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = add_authenticator(devtools, "internal")
    link = invitation(exercise, webs[0])

    page.goto(link)
    expect(page.locator("main")).to_contain_text("EC · first")
    here.press("Make my passkey")
    page.wait_for_url("**/account")
    expect(page.get_by_text("You have one passkey only.")).to_be_visible()

    devtools.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": device, "enabled": False})
    add_authenticator(devtools, "usb")
    page.get_by_label("Name of the new passkey").fill("Security key")
    here.press("Add a passkey")
    expect(page.get_by_role("rowheader", name="Security key")).to_be_visible()
    expect(page.get_by_text("You have one passkey only.")).to_have_count(0)

    page.get_by_text("EC · first").locator("visible=true").first.click()
    here.press("Sign out")
    page.wait_for_url("**/sign-in**")
    page.goto("/account")
    expect(page.locator("h1")).to_have_text("Sign in")
    here.press("Sign in with a passkey")
    expect(page.locator("h1")).to_have_text("My account")
    page.goto("/operations")
    expect(page.get_by_role("link", name="Harbour")).to_be_visible()

    here.provoke("status of 404")
    page.goto(link)
    expect(page.locator("h1")).to_have_text("There is nothing here")
    here.context.close()
    here.check()
