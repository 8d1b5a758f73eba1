"""The threshold of an operation on the page Settings and over REST."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.support.http_client import Browser
from tests.support.operation import TestOperation
from tests.web.test_search import CALIBRATION, DIGEST


@pytest.fixture(autouse=True)
def pack(app: Flask, tmp_path: Path) -> Iterator[None]:
    manifest = {
        "tasks": {"recognition": {"sha256": DIGEST}},
        "thresholds": {"lead": 0.4, "strong": 0.6},
        "calibrations": [CALIBRATION],
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    before = app.extensions["concord.settings"]
    app.extensions["concord.settings"] = replace(before, pack_dir=tmp_path)
    yield
    app.extensions["concord.settings"] = before


def test_what_was_measured_is_proposed_and_every_member_reads_it(
    operation: TestOperation, signed_in: Callable[[int], Browser]
) -> None:
    chief, specialist = signed_in(operation.person("EC", "country_lead")), signed_in(operation.person("PE"))
    path = f"/api/v1/operations/{operation.id}/thresholds"

    unknown = chief.post(path, {"calibration": "0" * 64, "reason": "<b>older</b> pictures"})
    made = chief.post(path, {"calibration": CALIBRATION["sha256"], "reason": "<b>older</b> pictures"})

    assert (unknown.status_code, made.status_code) == (404, 201)
    found = specialist.get(path).get_json()
    assert (found["lead"], found["strong"]) == (0.4, 0.6)  # the pack's own, until another country confirms
    assert found["errors"]["false_accepts"] == {"errors": 20, "pairs": 1000, "low": 0.0, "high": 1.0}
    assert [(each["id"], each["stands"], each["may_confirm"]) for each in found["said"]] == [
        (made.get_json()["id"], True, True)
    ]
    page = specialist.get(f"/operations/{operation.id}/settings").get_data(as_text=True)
    assert "&lt;b&gt;older&lt;/b&gt; pictures" in page
    assert "20 of 1000, 2 % (95 %: 0 to 100 %)" in page
    assert "Confirm the threshold" not in page  # a specialist confirms nothing
    other = signed_in(operation.person("PE", "country_lead")).get(f"/operations/{operation.id}/settings")
    assert "Confirm the threshold" in other.get_data(as_text=True)
    assert "Confirm the threshold" not in chief.get(f"/operations/{operation.id}/settings").get_data(as_text=True)
