"""What cannot be taken back asks first, and says what it touches, on every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = sorted((Path(__file__).resolve().parents[2] / "templates").glob("*.html"))
TAG = re.compile(r"<(?:form|button)\b(?:[^<>]|\{\{.*?\}\})*>", re.DOTALL)
NO_WAY_BACK = (
    "/state",
    "/window",
    "/window/accept",
    "/consents",
    "/openings",
    "/editions",
    "/reveal",
    "/restart",
    "/opinions",
    "/removals/confirm",
    "/sessions",
    "/disable",
    "/end",
    "/open",
    "/close",
    "/revoke",
    "compromised=true",
    "operations/{{ member }}",
)
"""Ends of addresses whose writes no button takes back."""
ENDS = ("/state", "/reveal", "/restart")
"""Those that end an operation: its name is typed."""
CONSENT_TO_A_COUNT = 'name="shares_known_count"'


def tags() -> list[tuple[str, str, str]]:
    """Every form and button that writes: its template, its address, and itself with the buttons inside."""
    found = []
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        for tag in TAG.finditer(text):
            address = re.search(r'data-api="\w+ ([^"]+)"', tag[0])
            if address:
                rest = text[tag.start() : text.find("</form>", tag.start())] if tag[0].startswith("<form") else tag[0]
                found.append((path.name, address[1], rest))
    return found


@pytest.mark.parametrize("end", NO_WAY_BACK)
def test_what_has_no_way_back_asks_first(end: str) -> None:
    those = [
        (name, whole) for name, address, whole in tags() if address.endswith(end) and CONSENT_TO_A_COUNT not in whole
    ]
    assert those
    assert [name for name, whole in those if "data-confirm=" not in whole] == []
    if end in ENDS:
        assert [name for name, whole in those if "data-typed=" not in whole] == []


def test_whatever_asks_says_what_it_touches() -> None:
    silent = [
        f"{path.name}: {tag[0][:80]}"
        for path in TEMPLATES
        for tag in TAG.finditer(path.read_text(encoding="utf-8"))
        if "data-confirm=" in tag[0] and "data-touches=" not in tag[0]
    ]
    assert silent == []


def test_a_referral_is_answered_and_sent_after_a_question() -> None:
    text = next(path for path in TEMPLATES if path.name == "referral.html").read_text(encoding="utf-8")
    for action in ("send", "return", "decline", "withdraw"):
        call = re.search(rf'answer\(\s*"{action}".*?\) \}}\}}', text, re.DOTALL)
        said = call[0] if call else ""
        assert ("ask=" in said, "touches=" in said) == (True, True), action
