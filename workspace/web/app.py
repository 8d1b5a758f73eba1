"""The web application: `create_app` puts the parts together. Flask is imported in this package, live.py and cli
alone."""

from __future__ import annotations

import time
from functools import cache
from typing import Any, cast

from flask import Flask, Response, jsonify
from flask_babel import Babel
from flask_openapi3 import Info, OpenAPI
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from workspace.errors import Invalid, NotFound
from workspace.model.database import Database
from workspace.rules.codes import LANGUAGES
from workspace.settings import ROOT, Settings
from workspace.store.volumes import Volume
from workspace.web import assets, compression, errors, health, security
from workspace.web.answers import Json, as_flask_takes_it
from workspace.web.context import (
    COOKIE,
    count_waiting,
    csrf_token,
    current_settings,
    known_person,
    language,
    own_write,
    strictest_code,
)
from workspace.web.document import document
from workspace.web.keyed import abandon, conclude_with
from workspace.web.messages import ui_messages
from workspace.web.paced import PacedTemplate, in_turns
from workspace.web.request import BoundedRequest
from workspace.web.words import register as register_words

API_VERSION = "1"


class RowNumber(IntegerConverter):
    """A number in an address: as large as a row's can be. Nothing stands at the address of a larger one."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


class Application(OpenAPI):
    """The library's application; a route may return a dataclass, which becomes JSON."""

    def dispatch_request(self) -> Response:
        """Answer a request; a write that came with a key is committed once its answer is known."""
        try:
            response = self.make_response(super().dispatch_request())
            conclude_with(response, own_write)
            return response
        except BaseException:
            abandon()
            raise

    def make_response(self, rv: Any) -> Response:
        """A view's return value as a response."""
        return super().make_response(as_flask_takes_it(rv, cast("Json", self.json)))


def create_app(settings: Settings, *, database: Database | None = None) -> Flask:
    """Make the application for these settings; `database` is the application's role, opened from the settings if not
    given.

    Raises:
        Invalid: there is no database URL.
    """
    if database is None:
        if not settings.database_url_app:
            raise Invalid("No database was named: CONCORD_DATABASE_URL_APP is empty.")
        database = Database(settings.database_url_app, require_room=Volume(settings.database_volume).require_room)
    app = Application(
        __name__,
        info=Info(title="Concord", version=API_VERSION, description="The workspace of a joint operation."),
        security_schemes={
            "token": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
        },
        validation_error_model=errors.ErrorBody,
        validation_error_callback=errors.invalid_input,
        doc_ui=False,
        template_folder=str(ROOT / "templates"),
        static_folder=None,  # assets.py serves it
    )
    app.json = Json(app)
    app.request_class = BoundedRequest
    app.url_map.converters["int"] = RowNumber
    app.config["TESTING"] = settings.profile == "test"
    app.config["PROPAGATE_EXCEPTIONS"] = None if settings.profile != "test" else True
    app.extensions["concord.settings"] = settings
    app.extensions["concord.database"] = database
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.jinja_env.template_class = PacedTemplate
    app.jinja_env.filters["in_turns"] = in_turns
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # Jinja sorts names by itself; the screens show a table of codes in the order of the vocabulary.
    app.jinja_env.policies["json.dumps_kwargs"] = {"sort_keys": False}
    Babel(app, locale_selector=language, default_translation_directories=str(ROOT / "locale"))
    compression.register(app)
    security.register(app)
    health.register(app)
    errors.register(app)
    register_words(app)
    assets.register(app)
    app.context_processor(_frame)
    _add_documents(app)
    _add_routes(app)
    return app


def _frame() -> dict[str, object]:
    """What every template may use."""
    person = known_person()
    return {
        "viewer": person,
        "language": language(),
        "theme": person.theme if person else "system",
        "csrf_token": csrf_token() if person else "",
        "server_ms": round(time.time() * 1000),
        "profile": current_settings().profile,
        "ui_messages": ui_messages,
        "count_waiting": count_waiting,
        "strictest_code": strictest_code,
    }


def _add_documents(app: OpenAPI) -> None:
    made = cache(lambda: app.json.dumps(document(app)))
    app.extensions["concord.document"] = made

    def openapi_document() -> Response:
        """The OpenAPI document of the API."""
        return Response(made(), mimetype="application/json")

    def messages(wanted: str) -> Response:
        """The words of the screens in one language, for TypeScript."""
        if wanted not in LANGUAGES:
            raise NotFound("This language is not there.")
        return jsonify(ui_messages(wanted))

    app.add_url_rule("/api/v1/openapi.json", "openapi_document", openapi_document)
    app.add_url_rule("/messages/<wanted>.json", "messages", messages)


def _add_routes(app: OpenAPI) -> None:
    from workspace.web.api import BLUEPRINTS as API
    from workspace.web.pages import BLUEPRINTS as PAGES

    for area in API:
        app.register_api(area, name=f"api_{area.name}")  # pages of the same area have the plain name
    for pages in PAGES:
        app.register_blueprint(pages)
