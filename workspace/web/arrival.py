"""Whoever follows a link from mail or a chat: the strict cookie does not come with that request, but with the next."""

from __future__ import annotations

from flask import Response, render_template, request


def follows_a_foreign_link() -> bool:
    """Whether a person came from another site's page, so that the browser kept the session to itself.

    By fetch metadata: security.py lets nothing else of another site through than the following of a link.
    """
    return request.headers.get("Sec-Fetch-Site") == "cross-site"


def arriving(goal: str) -> Response:
    """A page that replaces itself by `goal`, a path of ours: that request is our own page's, and carries the cookie."""
    return Response(render_template("arriving.html", goal=goal), mimetype="text/html")
