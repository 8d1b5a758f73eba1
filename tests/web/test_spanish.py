"""A person who reads Spanish meets Spanish: on every page, in every refusal, in every fault of what was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale, ngettext
from sqlalchemy import text

from tests.support.http_client import Browser
from tests.support.operation import TestOperation
from tests.support.pdf_text import pdf_pages
from tests.test_translations import _Said
from workspace.host.catalogues import LOCALE, read_catalogue
from workspace.host.setup import compile_catalogues

PAGES = ["", "/board", "/search", "/intake", "/registers", "/referrals", "/statistics", "/record", "/terms", "/members"]


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    compile_catalogues()


@pytest.fixture
def spaniard(operation: TestOperation, signed_in: Callable[[int], Browser]) -> Browser:
    """A person of the operation who chose Spanish."""
    user_id = operation.person(role="country_lead")
    operation.change("update app_user set language = 'es' where id = :id", id=user_id)
    return signed_in(user_id)


@pytest.fixture(scope="module")
def english() -> set[str]:
    """The sources that read differently in Spanish."""
    catalogue = read_catalogue(LOCALE / "es" / "LC_MESSAGES" / "messages.po")
    return {
        message.id
        for message in catalogue
        if isinstance(message.id, str) and message.id and message.id != message.string
    }


@pytest.mark.parametrize("page", PAGES)
def test_a_page_holds_no_english(spaniard: Browser, operation: TestOperation, english: set[str], page: str) -> None:
    operation.lead()
    answer = spaniard.get(f"/operations/{operation.id}{page}")
    read = _Said()
    read.feed(answer.text)

    assert answer.status_code == 200
    assert 'lang="es"' in answer.text
    assert {"Tablero", "Remisiones", "Estadísticas"} <= set(read.found)
    assert sorted(english & set(read.found)) == []


def test_a_page_for_nobody_speaks_the_browsers_language(stranger: Browser) -> None:
    assert "Iniciar sesión" in stranger.get("/sign-in", accept_language="es-PE,es;q=0.9").text
    assert "Sign in" in stranger.get("/sign-in", accept_language="fr").text


def test_whoever_has_chosen_no_language_is_answered_in_the_browsers(
    operation: TestOperation, signed_in: Callable[[int], Browser]
) -> None:
    person = signed_in(operation.person())
    page = f"/operations/{operation.id}"

    def spoken(browser: str) -> tuple[bool, bool, str]:
        board, missing = (person.get(path, accept_language=browser).text for path in (page, f"{page}/nothing"))
        answer = person.send("PATCH", "/api/v1/me", {"theme": "pink"}, accept_language=browser)
        return "Tablero" in board, "Aquí no hay nada" in missing, answer.json["error"]["message"]

    assert spoken("es-PE,es;q=0.9") == (True, True, "Estas preferencias son desconocidas.")
    assert spoken("fr, en;q=0.5, es;q=0.2") == (False, False, "These preferences are unknown.")
    assert person.send("PATCH", "/api/v1/me", {"language": "en"}).status_code == 200
    assert spoken("es-PE") == (False, False, "These preferences are unknown.")
    assert person.send("PATCH", "/api/v1/me", {"language": "browser"}).status_code == 200
    assert spoken("es-PE")[:2] == (True, True)


def test_papers_of_whoever_has_chosen_none_speak_the_browsers_language_too(
    operation: TestOperation, signed_in: Callable[[int], Browser]
) -> None:
    operation.lead("EC", "PE")
    with operation.workers.read(operation.service_id) as view:
        asked = text("select id from exhibit where operation_id = :op and country = 'EC'")
        exhibit = view.session.execute(asked, {"op": operation.id}).scalar_one()
    person = signed_in(operation.person("EC", "analyst"))

    paper = person.get(f"/api/v1/exhibits/{exhibit}/custody.pdf", accept_language="es")

    assert "Cada paso" in "".join(pdf_pages(paper.data))
    assert b"/Lang(es)" in paper.data


def _refusal(answer: Any) -> tuple[str, list[str]]:
    return answer["error"]["message"], answer["error"]["facts"]["faults"]


def test_a_refusal_and_its_faults_are_said_in_spanish(spaniard: Browser, operation: TestOperation) -> None:
    lead_id = operation.lead()
    spaniard.get(f"/operations/{operation.id}")

    token = (spaniard.post(f"/api/v1/leads/{lead_id}/claim").json or {})["token"]
    stranger = spaniard.post(f"/api/v1/leads/{lead_id}/hand-over", {"token": token, "to": 999_999_999}).json
    empty = spaniard.post(f"/api/v1/leads/{lead_id}/comments", {"body": "", "language": "es"}).json
    unread = spaniard.post(f"/api/v1/leads/{lead_id}/comments", {"body": 5, "tone": "x"}).json
    nothing = spaniard.get("/operations/0").text

    assert _refusal(stranger) == ("Esta persona no puede tomar la pista.", ["to: no es perito de esta operación"])
    assert _refusal(empty) == ("La solicitud no se puede entender.", ["body: necesita una letra o una cifra"])
    assert _refusal(unread)[1] == ["body: un texto", "tone: no es un campo de esta solicitud"]
    assert "Aquí no hay nada" in nothing


def test_a_lost_race_names_the_holder_in_spanish(
    spaniard: Browser, operation: TestOperation, signed_in: Callable[[int], Browser]
) -> None:
    lead_id = operation.lead()
    other = signed_in(operation.person("PE"))
    spaniard.get(f"/operations/{operation.id}")
    other.get(f"/operations/{operation.id}")
    assert other.post(f"/api/v1/leads/{lead_id}/claim").status_code == 200

    refused = spaniard.post(f"/api/v1/leads/{lead_id}/claim")

    assert refused.status_code == 409
    error = (refused.json or {})["error"]
    assert error["message"] == f"{error['facts']['holder']} tiene esta pista."


def test_english_needs_no_catalogue_for_its_plurals(app: Flask) -> None:
    with app.test_request_context():
        with force_locale("en"):
            assert [ngettext("%(num)d year", "%(num)d years", n) for n in (0, 1, 2)] == ["0 years", "1 year", "2 years"]
        with force_locale("es"):
            assert [ngettext("%(num)d year", "%(num)d years", n) for n in (0, 1, 2)] == ["0 años", "1 año", "2 años"]
