"""A text without a letter or a digit is empty, in whichever characters it is written, for every route and every
command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.support.operation import TestOperation
from workspace.commands.identity import create_token
from workspace.commands.operations import create_operation
from workspace.commands.people import create_agency, create_user
from workspace.commands.series import add_series, determine_country
from workspace.errors import Invalid
from workspace.model.database import Database, Tx
from workspace.rules.reasons import says_something, words_of
from workspace.web import api  # noqa: F401 - with it every body is defined
from workspace.web.bodies import Given

UNSEEN = " \t\n\xa0\u200b\u200c\u200d\u200e\u200f\u2028\u2060\u2800\u3000\u3164\ufeff\ufe0f\U000e0020\u0301\u115f"


def texts_that_are_needed() -> Iterator[tuple[type[Given], str]]:
    """Every text of every body, form and query that may not be empty."""
    classes = [Given]
    while classes:
        model = classes.pop()
        classes += model.__subclasses__()
        for name, field in model.model_fields.items():
            limits = {type(limit).__name__ for limit in field.metadata}
            if field.annotation in (str, str | None) and "MinLen" in limits and model.is_cleaned:
                yield model, name


def test_there_are_texts_that_are_needed() -> None:
    assert len(list(texts_that_are_needed())) > 20


@pytest.mark.parametrize(
    ("model", "name"),
    [pytest.param(*each, id=".".join((each[0].__name__, each[1]))) for each in texts_that_are_needed()],
)
def test_no_route_takes_a_text_that_says_nothing(model: type[Given], name: str) -> None:
    for text in (".", "-", "👍", "\u200b", "\xa0\u200e", "\u3164", "\u2800 \ufe0f"):
        with Flask(__name__).test_request_context(), pytest.raises(ValidationError) as refusal:
            model.model_validate({name: text})

        assert [fault["type"] for fault in refusal.value.errors() if fault["loc"] == (name,)] == ["string_too_short"]


MARKS = st.characters(categories=("P", "S", "Z", "M", "Lm", "Cf", "Cc"))


@given(st.text(MARKS | st.sampled_from(UNSEEN), max_size=8))
def test_a_text_of_marks_alone_says_nothing(text: str) -> None:
    assert not says_something(text)
    assert words_of(text) == ""


@given(
    st.text(st.sampled_from(UNSEEN), max_size=4),
    st.text(min_size=1, max_size=5),
    st.text(st.sampled_from(UNSEEN), max_size=4),
)
def test_what_is_said_is_kept_and_words_are_the_same_twice(before: str, text: str, after: str) -> None:
    words = words_of(before + text + after)

    assert words_of(words) == words
    assert bool(words) == says_something(text)
    assert {char for char in text if says_something(char)} <= set(words)


def test_no_command_takes_a_text_that_says_nothing(operation: TestOperation, database: Database) -> None:
    now = datetime.now(UTC)
    operation_of = {
        "code_name": "C", "purpose": "p", "legal_basis": "l", "terms": "t", "time_zone": "UTC", "opens_at": now,
        "closes_at": now + timedelta(days=1), "countries": ["PE"], "master_key": b"k" * 32,
    }  # fmt: skip
    admin, member = operation.person("EC", "administrator"), operation.person("EC", "country_lead")
    operation.change("update app_user set is_house_admin = true where id = :id", id=admin)

    def refused(person: int, command: object, *subject: object, **texts: object) -> None:
        def run(tx: Tx) -> None:
            command(tx, *subject, **texts)  # type: ignore[operator]

        with pytest.raises(Invalid) as refusal, database.write(person) as tx:
            run(tx)
        assert "needs a letter or a digit" in str(refusal.value.facts["faults"])

    for name in ("code_name", "purpose", "legal_basis", "terms"):
        refused(admin, create_operation, **operation_of | {name: "\u200b"})
    refused(admin, create_agency, country="PE", name="\u3164", kind="police")
    refused(admin, create_user, agency_id=1, name="\xa0")
    refused(member, add_series, operation.id, label="\u2800")
    refused(member, create_token, label="\u200e", scopes=["read"], days=1)
    with database.write(member) as tx:
        series = add_series(tx, operation.id, label="S", external_reference="\u200b")
    refused(member, determine_country, series, country="EC", grounds="\ufe0f")
