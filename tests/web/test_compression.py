"""Answers go out compressed, but for those that carry a secret which stays the same; the front end's files already
are."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import brotli
import pytest
from flask import Flask

from tests.support.http_client import ORIGIN, Browser
from tests.support.operation import TestOperation
from workspace.commands.steps import insert_invitation
from workspace.host.setup import build_frontend
from workspace.web import assets
from workspace.web.context import unmasked

SignedIn = Callable[[int], Browser]


@pytest.mark.parametrize(("takes", "sent"), [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("", None)])
def test_a_page_goes_out_in_the_form_that_the_browser_takes(
    signed_in: SignedIn, operation: TestOperation, takes: str, sent: str | None
) -> None:
    browser = signed_in(operation.person("EC"))
    path = f"/operations/{operation.id}/board"
    plain = browser.get(path).get_data()

    answer = browser.get(path, Accept_Encoding=takes)

    assert answer.headers.get("Content-Encoding") == sent
    assert "Accept-Encoding" in answer.headers["Vary"]
    undo = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[sent]
    assert _without_token(undo(answer.get_data())) == _without_token(plain)


def test_json_that_is_read_is_compressed_and_what_a_write_answers_is_not(
    app: Flask, signed_in: SignedIn, operation: TestOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "COMPRESS_MIN_SIZE", 0)
    operation.lead("EC", "PE")
    browser = signed_in(operation.person("EC"))

    board = browser.client.get(
        f"/api/v1/operations/{operation.id}/board", base_url=ORIGIN, headers={"Accept-Encoding": "br"}
    )
    made = browser.post("/api/v1/tokens", {"label": "program", "scopes": ["read"]}, Accept_Encoding="br")

    assert board.headers["Content-Encoding"] == "br"
    assert made.status_code == 200
    assert "Content-Encoding" not in made.headers


def test_the_page_of_an_invitation_is_not_compressed(stranger: Browser, operation: TestOperation) -> None:
    with operation.workers.write(operation.service_id) as tx:
        invitation = insert_invitation(tx, operation.person("EC"))

    answer = stranger.get(f"/invitation/{invitation}", Accept_Encoding="br")

    assert answer.status_code == 200
    assert invitation in answer.text
    assert "Content-Encoding" not in answer.headers


def test_the_csrf_token_looks_different_on_each_page_and_each_of_them_does(
    signed_in: SignedIn, operation: TestOperation
) -> None:
    browser = signed_in(operation.person("EC"))
    tokens = set()
    for _ in range(3):
        browser.get("/account")
        tokens.add(browser.csrf or "")

    assert len(tokens) == 3
    assert len({unmasked(token) for token in tokens}) == 1
    for token in tokens:
        assert browser.send("PATCH", "/api/v1/me", {"theme": "dark"}, X_CSRF_Token=token).status_code == 200


@pytest.mark.parametrize("token", ["", "00", "0" * 64, "0" * 128, "zz" * 64, "é" * 128, "0" * 129])
def test_no_other_token_does(signed_in: SignedIn, operation: TestOperation, token: str) -> None:
    browser = signed_in(operation.person("EC"))

    assert browser.send("PATCH", "/api/v1/me", {"theme": "dark"}, X_CSRF_Token=token).status_code == 403


@pytest.mark.parametrize(("takes", "sent"), [("gzip, br", "br"), ("gzip", "gzip"), ("", None)])
def test_a_hashed_file_goes_out_as_it_was_built_and_is_kept_for_ever(
    app: Flask, stranger: Browser, takes: str, sent: str | None
) -> None:
    build_frontend()
    with app.test_request_context("/"):
        address = assets.asset("board")

    with stranger.get(address, Accept_Encoding=takes) as answer:
        body = answer.get_data()

    assert answer.headers.get("Content-Encoding") == sent
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.mimetype == "text/javascript"
    undo = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[sent]
    assert undo(body) == (assets.STATIC / address.removeprefix("/static/")).read_bytes()


def test_a_file_whose_name_does_not_change_is_asked_for_again(stranger: Browser) -> None:
    build_frontend()
    with (
        stranger.get("/static/icon.svg") as answer,
        stranger.get("/static/icon.svg", If_None_Match=answer.headers["ETag"]) as again,
    ):
        pass

    assert answer.headers["Cache-Control"] == "no-cache"
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["nothing.js", "../app.py", "assets/../../app.py", "assets/%2e%2e/%2e%2e/app.py"])
def test_nothing_but_the_built_files_is_served(stranger: Browser, name: str) -> None:
    answer = stranger.get(f"/static/{name}", Accept_Encoding="br, gzip")

    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")


def _without_token(page: bytes) -> bytes:
    """The page without what differs each time: the token under its mask, and the server's clock."""
    return re.sub(
        rb'name="csrf-token" content="\w+"|name="server-time" content="\d+"|\d{4}-\d\d-\d\dT[\d:.+]+', b"", page
    )
