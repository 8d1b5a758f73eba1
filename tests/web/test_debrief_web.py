"""The debrief over the web: page, JSON and PDF of a week that was played, and nothing of it before the reveal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests.support.http_client import Browser
from tests.support.pdf_text import pdf_pages
from tests.support.played_week import CANARY, PlayedWeek
from tests.support.referral_steps import ReferralSteps
from workspace.exchange.words import EXERCISE_MEANING
from workspace.model.database import Database

Seat = Callable[[int], Browser]


@pytest.fixture
def week(steps: ReferralSteps, database: Database, workers_database: Database) -> PlayedWeek:
    played = PlayedWeek(steps, database, workers_database)
    played.play()
    return played


def page_of(week: PlayedWeek) -> str:
    return f"/operations/{week.operation.id}/debrief"


def api_of(week: PlayedWeek, rest: str = "") -> str:
    return f"/api/v1/operations/{week.operation.id}/debrief{rest}"


def test_before_the_reveal_there_is_neither_page_nor_file_nor_a_way_to_it(week: PlayedWeek, signed_in: Seat) -> None:
    browser = signed_in(week.operation.person("EC", "country_lead"))

    for path in (page_of(week), *(api_of(week, rest) for rest in ("", "/opinions", ".json", ".pdf"))):
        assert browser.get(path).status_code == 404, path
    assert page_of(week) not in browser.get(f"/operations/{week.operation.id}").get_data(as_text=True)


def test_the_page_shows_each_step_with_its_bar_and_leads_to_the_files(week: PlayedWeek, signed_in: Seat) -> None:
    week.reveal()
    browser = signed_in(week.operation.person("CL", "observer"))

    page = browser.get(page_of(week)).get_data(as_text=True)

    bars = re.findall(r'<rect class="(fig|lostr)"(?: x="(\d+)")?\s+width="(\d+)" height="12"', page)
    assert bars == [
        ("fig", "", "7"),
        ("fig", "", "5"), ("lostr", "5", "2"),
        ("fig", "", "4"), ("lostr", "4", "1"),
        ("fig", "", "3"), ("lostr", "3", "1"),
        ("fig", "", "2"), ("lostr", "2", "1"),
        ("fig", "", "1"), ("lostr", "1", "1"),
        ("fig", "", "1"),
    ]  # fmt: skip
    assert "2 + 1 + 1 + 1 + 1 + 0 = 6; 7 − 6 = 1" in page
    assert "EXERCISE" in page
    assert f"scale({7 / 250} 1)" in page  # the pattern of what was lost, which the bar's seven units would stretch
    assert CANARY not in page
    assert "style=" not in page
    for form in (".pdf", ".json"):
        assert f'href="{api_of(week, form)}"' in page
    assert f'href="{page_of(week)}" aria-current="page"' in page


def test_while_it_is_being_drawn_up_the_page_says_so(week: PlayedWeek, signed_in: Seat) -> None:
    who = week.operation.person("EC", "director")
    week.operation.change(
        "update exercise set revealed_at = now(), revealed_by = :who where operation_id = :id",
        id=week.operation.id,
        who=who,
    )
    browser = signed_in(who)

    assert "being made" in browser.get(page_of(week)).get_data(as_text=True)
    assert browser.get(api_of(week)).status_code == 409


def test_the_page_shows_the_own_opinions_alone(week: PlayedWeek, signed_in: Seat) -> None:
    week.reveal()
    examiner, lead = (signed_in(week.operation.person("CL", role)) for role in ("specialist", "country_lead"))

    mine = examiner.get(page_of(week)).get_data(as_text=True)
    others = lead.get(page_of(week)).get_data(as_text=True)

    assert mine.count("You: different. In truth: the same person.") == 1
    assert "You:" not in others.replace("You: same</th>", "")
    assert "Nothing of your own stands here" in others
    assert [each["is_same"] for each in examiner.get(api_of(week, "/opinions")).json] == [True, False]
    assert lead.get(api_of(week, "/opinions")).json == []


def test_a_person_deletes_the_own_part_and_the_record_says_no_more_than_that(week: PlayedWeek, signed_in: Seat) -> None:
    examiner, other = (signed_in(week.operation.person(country)) for country in ("CL", "PE"))
    assert examiner.send("DELETE", api_of(week, "/opinions")).status_code == 404
    week.reveal()
    figures = examiner.get(api_of(week)).json
    before = week.operation.kinds().count("debrief:part_deleted")

    assert {examiner.send("DELETE", api_of(week, "/opinions")).status_code for _ in range(2)} == {200}

    assert examiner.get(api_of(week, "/opinions")).json == []
    assert "Delete my part" not in examiner.get(page_of(week)).get_data(as_text=True)
    assert len(other.get(api_of(week, "/opinions")).json) == 4
    assert examiner.get(api_of(week)).json == figures
    assert week.operation.kinds().count("debrief:part_deleted") == before + 1
    reads = {}
    for country, role in (("PE", "specialist"), ("EC", "country_lead"), ("EC", "observer")):
        with week.database.read(week.operation.person(country, role)) as view:
            told = text("select count(*) from event where operation_id = :id and kind = 'debrief:part_deleted'")
            reads[role] = view.session.execute(told, {"id": week.operation.id}).scalar_one()
    assert reads == {"specialist": 0, "country_lead": 0, "observer": 1}


def test_the_json_holds_figures_with_definitions_and_nobodys_opinions(week: PlayedWeek, signed_in: Seat) -> None:
    week.reveal()
    examiner = signed_in(week.operation.person("CL"))
    before = week.operation.kinds().count("export:made")

    answer = examiner.get(api_of(week, ".json"))

    said = json.loads(answer.get_data())
    assert (said["format"], said["exercise"], said["statement"]) == ("concord-exercise-debrief", True, EXERCISE_MEANING)
    assert [step["both"] for step in said["steps"]] == [7, 5, 4, 3, 2, 1, 1]
    assert said["definitions"]["step.read"]
    assert "opinions" not in said
    assert CANARY not in answer.get_data(as_text=True)
    assert week.operation.kinds().count("export:made") == before + 1


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pdf_says_exercise_on_every_page_and_holds_the_figures(
    week: PlayedWeek, signed_in: Seat, language: str
) -> None:
    week.reveal()
    who = week.operation.person("CL")
    week.operation.change("update app_user set language = :language where id = :who", language=language, who=who)

    answer = signed_in(who).get(api_of(week, ".pdf"))

    pages = pdf_pages(answer.get_data())
    mark, words = {"en": ("EXERCISE", "Where the true ones were lost"), "es": ("EJERCICIO", "Dónde se perdieron")}[
        language
    ]
    assert all(mark in page for page in pages)
    assert words in " ".join(pages).replace("\n", " ")
    assert "You: different" not in " ".join(pages)
    assert week.operation.kinds()[-1] == "export:made"
