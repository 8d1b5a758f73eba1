"""The one handler that turns refusals into answers: JSON under /api, a plain page elsewhere. Routes contain no
try/except."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from workspace.errors import Fault, Invalid, NotSignedIn, Text, WorkspaceError, fill
from workspace.vocabulary import N_
from workspace.web.arrival import arriving, follows_a_foreign_link

MOST_FAULTS = 50
MOST_NAME = 60
"""How many characters of a field's name are repeated: the name may be anything that somebody sent."""
CODES = {
    400: "bad_request",
    404: "not_found",
    405: "not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "unsupported",
    429: "too_much",
}

INPUT_FAULTS = {
    "missing": N_("needed"),
    "extra_forbidden": N_("not a field of this request"),
    "string_too_short": N_("at least {min_length} characters"),
    "string_too_long": N_("at most {max_length} characters"),
    "too_short": N_("at least {min_length} entries"),
    "too_long": N_("at most {max_length} entries"),
    "greater_than": N_("more than {gt}"),
    "greater_than_equal": N_("at least {ge}"),
    "less_than": N_("less than {lt}"),
    "less_than_equal": N_("at most {le}"),
    "literal_error": N_("one of {expected}"),
    "enum": N_("one of {expected}"),
    "string_type": N_("a text"),
    "unstorable": N_("holds a character that cannot be stored"),
    "string_pattern_mismatch": N_("not in the expected form"),
    "int_type": N_("a whole number"),
    "int_parsing": N_("a whole number"),
    "int_from_float": N_("a whole number"),
    "float_type": N_("a number"),
    "float_parsing": N_("a number"),
    "bool_type": N_("true or false"),
    "bool_parsing": N_("true or false"),
    "list_type": N_("a list"),
    "dict_type": N_("an object"),
    "model_type": N_("an object"),
    "model_attributes_type": N_("an object"),
    "json_invalid": N_("not JSON"),
    "json_type": N_("not JSON"),
    "uuid_type": N_("an id"),
    "uuid_parsing": N_("an id"),
    "date_type": N_("a date, as year-month-day"),
    "date_parsing": N_("a date, as year-month-day"),
    "date_from_datetime_parsing": N_("a date, as year-month-day"),
    "datetime_type": N_("a time with its zone, by ISO 8601"),
    "datetime_parsing": N_("a time with its zone, by ISO 8601"),
    "datetime_from_date_parsing": N_("a time with its zone, by ISO 8601"),
    "timezone_aware": N_("a time with its zone, by ISO 8601"),
}
"""The message by pydantic's type of error. It follows the field's name: «reason: at most 8000 characters»."""
_LIMITS = {"min_length", "max_length", "gt", "ge", "lt", "le", "expected"}


class ErrorFacts(BaseModel):
    """The inside of every refusal."""

    code: str
    message: str
    facts: dict[str, object]


class ErrorBody(BaseModel):
    """What every refusal of the API looks like."""

    error: ErrorFacts


def register(app: Flask) -> None:
    """Put the handlers into the application."""
    app.register_error_handler(WorkspaceError, _refused)
    app.register_error_handler(HTTPException, _http_refused)


def invalid_input(error: ValidationError) -> Response:
    """Refuse input that does not fit its model, naming every fault; what was sent is never echoed.

    Raises:
        Invalid: always.
    """
    errors = error.errors(include_input=False, include_url=False)[:MOST_FAULTS]
    raise Invalid("The request cannot be understood.", faults=[_input_fault(each) for each in errors]) from error


def _input_fault(error: ErrorDetails) -> Fault:
    """Pydantic's finding in our words; what was sent is never among the values."""
    where = ".".join(str(part)[:MOST_NAME] for part in error["loc"]) or "body"
    values = {name: value for name, value in error.get("ctx", {}).items() if name in _LIMITS}
    if values.get("min_length") == 1:
        return Fault(where, "needs a letter or a digit")
    return Fault(where, INPUT_FAULTS.get(error["type"], N_("cannot be understood")), **values)


def said(text: object) -> str:
    """A sentence in the reader's language, with its values; a plain text that the catalogue does not hold stays as it
    is."""
    if isinstance(text, Text):
        return text.said(_)
    return str(_(text)) if text else ""


def said_all(texts: Iterable[object]) -> list[str]:
    """Many sentences in the reader's language: each source is looked up once."""
    translate = cache(lambda source: str(_(source)))
    return [text.said(translate) if isinstance(text, Text) else translate(text) if text else "" for text in texts]


def wants_json() -> bool:
    """Whether the one who asks is a program."""
    return request.path.startswith("/api/")


def _refused(error: WorkspaceError) -> tuple[BaseResponse, int]:
    if isinstance(error, NotSignedIn) and not wants_json():
        here = request.full_path.rstrip("?") if request.method == "GET" else "/"
        if follows_a_foreign_link():
            return arriving(here), 200
        return redirect(f"/sign-in?next={quote(here)}", code=303), 303
    return _answer(error.http_status, error.code, *_in_language(error)), error.http_status


def _in_language(error: WorkspaceError) -> tuple[str, dict[str, object]]:
    """Commands speak English; the catalogues hold their sentences because the extraction reads the calls of these
    classes."""
    facts = dict(error.facts)
    if isinstance(faults := facts.get("faults"), list):
        facts["faults"] = said_all(faults)
    return (fill(_(error.source), facts) if error.source else error.code), facts


def _http_refused(error: HTTPException) -> tuple[BaseResponse, int] | HTTPException:
    if error.response is not None or error.code is None or error.code < 400:
        return error  # a redirect or a ready answer
    phrase = HTTPStatus(error.code).phrase
    answer = _answer(error.code, CODES.get(error.code, "error"), _http_message(error.code) or phrase, {})
    if error.code == 405 and getattr(error, "valid_methods", None):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return answer, error.code


def _answer(status: int, code: str, message: str, facts: Mapping[str, object]) -> BaseResponse:
    if wants_json():
        return jsonify({"error": {"code": code, "message": message, "facts": dict(facts)}})
    page = render_template("error.html", status=status, code=code, message=message, facts=facts)
    return Response(page, mimetype="text/html")


def _http_message(status: int) -> str:
    messages: dict[int, str] = {
        404: _("There is nothing here, or you may not see it."),
        405: _("This address does not take this kind of request."),
        413: _("This is too large to be taken here. Nothing was stored."),
        415: _("This kind of content cannot be taken here."),
        500: _("Something went wrong on our side. Nothing was changed."),
    }
    return messages.get(status, "")
