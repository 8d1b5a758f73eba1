"""The checks of every request and answer before and after its route: Host, fetch metadata, Origin, CSRF token, body
size, headers.

Deny by default: what is not public needs a person (access_rules.py). Must not know any route's content.
"""

from __future__ import annotations

import hmac
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask_babel import gettext as _

from workspace.errors import Forbidden, Invalid
from workspace.settings import Settings
from workspace.web.access_rules import BODY_BYTES, LARGE_BODIES, NO_CSRF, PUBLIC, SAFE_METHODS
from workspace.web.context import (
    COOKIE,
    bearer,
    csrf_secret,
    current_settings,
    require_scope,
    unmasked,
)
from workspace.web.request import BoundedRequest

LOOPBACK_NAMES = frozenset({"127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - names that are refused, not bound
PERMISSIONS = ", ".join(
    [f"{feature}=()" for feature in ("accelerometer", "autoplay", "camera", "display-capture", "geolocation")]
    + [
        f"{feature}=()"
        for feature in ("gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb")
    ]
    + ["fullscreen=(self)", "publickey-credentials-create=(self)", "publickey-credentials-get=(self)"]
)
YEAR_S = 365 * 24 * 3600


def register(app: Flask) -> None:
    """Put the checks before and the headers after every request."""
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY_BYTES
    app.config["MAX_FORM_PARTS"] = 1000
    app.extensions["concord.csp_reports"] = 0
    app.before_request(_admit)
    app.after_request(_dress)
    app.add_url_rule("/csp-report", "csp_report", _csp_report, methods=["POST"])


def origin(settings: Settings) -> str:
    """Where browsers reach us: scheme, host and port. Passkeys are bound to it."""
    if settings.public_url:
        parts = urlsplit(settings.public_url)
        return f"{parts.scheme}://{parts.netloc}"
    return f"http://localhost:{settings.port}"


def rp_id(settings: Settings) -> str:
    """The host that passkeys belong to (WebAuthn's relying party id)."""
    return urlsplit(origin(settings)).hostname or "localhost"


def csp_reports() -> int:
    """How many violations of the content policy browsers have reported to this process."""
    return int(current_app.extensions["concord.csp_reports"])


def content_policy(settings: Settings) -> str:
    """The content security policy: nothing but our own files; no inline script or style; strings never become
    script."""
    sockets = origin(settings).replace("http", "ws", 1)
    return "; ".join((*_CONTENT_POLICY, f"connect-src 'self' {sockets}"))


_CONTENT_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",  # data: the veils of a screen of tiles, which came with the tiles themselves
    "media-src 'self' blob:",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "report-uri /csp-report",
    "report-to csp",
)


def _admit() -> None:
    """Let a request in, or refuse it.

    Raises:
        Invalid: it was sent to another host than ours, or its address holds what cannot be stored.
        Forbidden: another site sent it, or the CSRF token is missing.
        NotSignedIn: the route is not public and nobody known comes.
    """
    cast("BoundedRequest", request).check_address()
    endpoint = request.endpoint
    if endpoint != "health":
        _check_host()
    _check_site()
    if endpoint is None or endpoint in PUBLIC:
        if request.method not in SAFE_METHODS and endpoint not in NO_CSRF:
            _check_origin()
    else:
        _admit_bearer(endpoint)


def _admit_bearer(endpoint: str) -> None:
    """Let in whoever is signed in or has a token for it. Raises: as `_admit`."""
    if endpoint in LARGE_BODIES:
        request.max_content_length = LARGE_BODIES[endpoint]
    if bearer().scopes is not None:
        require_scope(endpoint)
    elif request.method not in SAFE_METHODS:
        _check_origin()
        check_csrf()


def check_csrf() -> None:
    """Pass if the request carries its session's token. Raises: Forbidden."""
    expected = csrf_secret()
    if not expected or not hmac.compare_digest(unmasked(request.headers.get("X-CSRF-Token", "")), expected):
        raise Forbidden(_("This page is out of date: load it again, then repeat."), reason="csrf")


def _check_host() -> None:
    expected = urlsplit(origin(current_settings())).netloc
    if request.host == expected:
        return
    host = urlsplit(f"//{request.host}").hostname or ""
    if host in LOOPBACK_NAMES and current_settings().is_loopback:
        raise Invalid(
            _(
                "Passkeys do not work at %(host)s. Open %(address)s instead.",
                host=host,
                address=origin(current_settings()),
            ),
            address=origin(current_settings()),
        )
    raise Invalid(_("This address is not served here."))


def _check_site() -> None:
    """Refuse what another site's page asks for, unless a person follows a link (fetch metadata, ASVS 3.5.8)."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site in ("same-origin", "none"):
        return
    follows = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    if not follows or request.headers.get("Sec-Fetch-Dest") != "document":
        raise Forbidden(_("Another site may not ask for this."), reason="cross_site")


def _check_origin() -> None:
    """Refuse a change that a browser sends from anywhere but our own pages (ASVS 3.5.1, 3.5.3)."""
    sent = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    if sent is not None and sent != origin(current_settings()):
        raise Forbidden(_("Another site may not change anything here."), reason="origin")
    if sent is None and site is None:
        raise Forbidden(_("The browser did not say which site sent this."), reason="origin")


def answer_headers(settings: Settings) -> dict[str, str]:
    """What every answer says to the browser, those of the sockets too."""
    headers = {
        "Content-Security-Policy": content_policy(settings),
        "Reporting-Endpoints": 'csp="/csp-report"',
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": PERMISSIONS,
        "Cache-Control": "no-store",
        "Vary": "Cookie, Authorization, Accept-Language",
    }
    if origin(settings).startswith("https://"):
        headers["Strict-Transport-Security"] = f"max-age={YEAR_S}; includeSubDomains"
    return headers


def _dress(response: Response) -> Response:
    headers = answer_headers(current_settings())
    # Our own scripts and styles hold nothing of anybody; everything else is kept by no cache (ASVS 14.3.2).
    if request.endpoint == "static":
        del headers["Cache-Control"], headers["Vary"]
    response.headers.update(headers)
    return response


def set_session_cookie(response: Response, secret: str) -> None:
    """Give the browser a session."""
    response.set_cookie(COOKIE, secret, secure=True, httponly=True, samesite="Strict", path="/")


def clear_site(response: Response) -> None:
    """Have the browser forget the session and everything it kept of this site (ASVS 14.3.1)."""
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Strict", path="/")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'


def _csp_report() -> tuple[str, int]:
    """Count a report of a browser; its content is not kept, it could hold anything."""
    request.get_data(cache=False)
    current_app.extensions["concord.csp_reports"] += 1
    current_app.logger.warning("a browser reported a violation of the content policy")
    return "", 204
