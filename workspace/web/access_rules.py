"""What a request needs before a route runs: tables, read by security.py and context.py. Deny by default.

An endpoint that is not in `PUBLIC` needs a signed-in person. A test walks every route. Who may do what is policy.py's,
who may see what is the database's.
"""

from __future__ import annotations

PUBLIC = frozenset(
    {
        "static",
        "health",
        "messages",
        "openapi_document",
        "csp_report",
        "sign_in.sign_in_page",
        "sign_in.invitation_page",
        "sign_in.exercise_sign_in",
        "api_identity.sign_in_options",
        "api_identity.sign_in",
        "api_identity.enrol_options",
        "api_identity.enrol",
    }
)
"""Endpoints without sign-in; each checks for itself what was presented."""

SESSION_ONLY = frozenset(
    {"api_identity", "api_packages", "api_access", "api_vouching", "api_qualifications", "api_drafts"}
)
"""Blueprints whose unsafe routes no token may use: a token never makes, ends or widens anybody's access."""

SCOPES: dict[str, frozenset[str]] = {
    "api_intake": frozenset({"intake", "write"}),
    "api_uploads": frozenset({"intake", "write"}),
    "api_cases": frozenset({"intake", "write"}),
    "api_known": frozenset({"intake", "write"}),
    "api_registers": frozenset({"intake", "write"}),
    "api_entries": frozenset({"intake", "write"}),
    "api_series": frozenset({"intake", "write"}),
    "api_referrals": frozenset({"referrals", "write"}),
    "api_permissions": frozenset({"referrals", "write"}),
    "api_outcomes": frozenset({"referrals", "write"}),
    "api_operations": frozenset({"admin"}),
    "api_people": frozenset({"admin"}),
    "api_terms": frozenset({"admin"}),
    "api_thresholds": frozenset({"admin"}),
}
"""Which scopes of a token allow the unsafe routes of a blueprint (any one of them); every other needs `write`."""

BODY_BYTES = 1024 * 1024
"""The largest body of an ordinary request."""

LARGE_BODIES: dict[str, int | None] = {}
"""Endpoints with larger bodies: bytes, or None where the route itself counts a stream. Each module of intake adds its
own."""

BACKGROUND_ENDPOINTS = frozenset({"api_gallery.gallery_read", "api_leads.note_presence", "api_threads.medium_talk"})
"""Pages call these on a timer: they must not keep a session alive, so that an unattended screen signs itself out."""

UNATTENDED = "X-Unattended"
"""A header with which a page says that nobody has touched it for some minutes: what it asks then is no use either."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

STORED_ONCE_ANYWAY = {
    "api_intake.put_file": "the same content under the same path is one line, and a file is too large to compare",
    "api_uploads.begin_upload": "the same file of the same person is one, while it is half received",
    "api_uploads.begin_packed": "the same file of the same person is one, while it is half received",
    "api_uploads.add_part": "its offset says where it stands: bytes that came are not taken twice",
    "api_uploads.throw_upload_away": "what is gone is gone",
    "api_drafts.keep_draft": "each takes the place of the one before, and it is kept again every second",
    "api_drafts.throw_draft_away": "what is gone is gone",
    "api_leads.note_presence": "it expires by itself",
    "api_leads.end_presence": "it expires by itself",
    "api_identity.step_up": "a challenge is used once",
    "api_identity.sign_out": "a session ends once",
}
"""Unsafe endpoints that take no key, each with the reason."""

NO_CSRF = frozenset({"csp_report"})
"""Unsafe endpoints that browsers call by themselves; they change nothing but a counter."""
