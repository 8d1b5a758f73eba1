"""What a route needs of its surroundings: who asks, the rows as this person sees them, the settings, the media store.

`reading()` and `writing()` are the only ways of a route to the rows. Must not decide who may do or see what.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import cast

from flask import current_app, g, request
from sqlalchemy.orm import Session as DbSession

from workspace.commands import identity as commands
from workspace.commands.people import service_users
from workspace.errors import Forbidden, NotFresh, NotSignedIn, Unavailable, WorkspaceError
from workspace.model.database import Database, Tx, View
from workspace.queries import identity as queries
from workspace.queries.identity import Bearer, Person
from workspace.queries.operations import OperationHead, strictest_shown, wrapped_key
from workspace.queries.waiting import ACTIONS, Waiting, what_waits_for_me
from workspace.rules.actor import Standing
from workspace.rules.codes import LANGUAGES
from workspace.rules.credentials import ONE_CLICK, TOKEN_PREFIX, digest
from workspace.rules.policy import OperationFacts, allows
from workspace.settings import Settings
from workspace.store.keys import OperationKey, load_or_create_master, unwrap
from workspace.store.objects import MediaStore, open_store
from workspace.store.volumes import Volume
from workspace.web.access_rules import BACKGROUND_ENDPOINTS, SAFE_METHODS, SCOPES, SESSION_ONLY, UNATTENDED
from workspace.web.keyed import conclude, keyed, request_key

COOKIE = "__Host-concord"
"""Browsers take a cookie with this prefix only with Secure, Path=/ and no Domain (also at http://localhost)."""


def identify() -> Bearer | None:
    """Find out who comes with this request, once; None without a valid session or token.

    Raises:
        NotSignedIn: a token came that is not valid, or no longer: a program should be told so at once.
    """
    if "bearer" not in g:
        g.bearer = _identify()
    return cast("Bearer | None", g.bearer)


def identify_again() -> None:
    """Have it found out anew who comes: a request that takes long may outlive its session or token."""
    g.pop("bearer", None)


def bearer() -> Bearer:
    """Who comes with this request.

    Raises:
        NotSignedIn: nobody, or nobody who is known.
    """
    who = identify()
    if who is None:
        raise NotSignedIn("Sign in first.")
    return who


def current_person() -> Person:
    """The signed-in person. Raises: NotSignedIn."""
    return bearer().person


def current_user_id() -> int:
    """The id of the signed-in person. Raises: NotSignedIn."""
    return bearer().person.id


def known_person() -> Person | None:
    """The signed-in person, or None also where that cannot be found out now: error pages ask too."""
    try:
        who = identify()
    except WorkspaceError:
        return None
    return who.person if who else None


def language() -> str:
    """The language of an answer: what the person chose, else what the browser prefers, else English."""
    person = known_person()
    chosen = person.language if person else None
    return chosen or request.accept_languages.best_match(LANGUAGES) or "en"


@contextmanager
def reading() -> Iterator[View]:
    """Open one snapshot of the rows as the signed-in person sees them. Raises: NotSignedIn."""
    conclude()
    with database().read(current_user_id(), exercises_only=bearer().exercises_only) as view:
        if view.viewer is None:
            raise NotSignedIn("This account is disabled.")
        yield view


@contextmanager
def writing(*, is_check: bool = False) -> Iterator[Tx]:
    """Open one write of the signed-in person, under the key that came with the request (keyed.py).

    is_check: it only asks whether the person may; the write that the key is for follows.

    Raises:
        NotSignedIn: nobody known comes. Invalid, Stored: see `keyed.py`.
    """
    conclude()
    key = None if is_check else request_key()
    with own_write() if key is None else keyed(own_write(), key) as tx:
        yield tx


def own_write() -> AbstractContextManager[Tx]:
    """A write of the signed-in person without a key. Raises: NotSignedIn."""
    who = bearer()
    return database().write(
        who.person.id, played_by=who.played_by, standing=_standing(who), exercises_only=who.exercises_only
    )


@contextmanager
def writing_before_sign_in(*, presented: bytes | None = None) -> Iterator[Tx]:
    """Open a write before it is known who asks: the installation's own service user acts.

    Raises:
        Unavailable: the installation is empty.
    """
    with database().write(_before_sign_in_id(), presented=presented) as tx:
        yield tx


def housekeeping_id(rows: Database) -> int:
    """Who writes where no person does: before it is known who comes, and for several people at once.

    Raises:
        Unavailable: the installation is empty.
    """
    with rows.read(None) as view:
        users = service_users(view.session)
    if users is None:
        raise Unavailable("This installation is empty. Create an operation first: python3 app.py operation create")
    return users.housekeeping_id


def _standing(who: Bearer) -> Standing:
    if who.scopes is not None:
        return "token"
    return "fresh" if who.is_fresh or who.how == ONE_CLICK else "stale"


def waiting_for_me(view: View, operation: OperationHead) -> list[Waiting]:
    """What waits in this operation for the viewer to be done, what is due first; asked once a request."""
    asked: dict[int, list[Waiting]] = g.setdefault("waiting", {})
    if operation.id not in asked:
        actions = [action for action in ACTIONS if may(view, action, operation)]
        asked[operation.id] = what_waits_for_me(view.session, operation.id, actions)
    return asked[operation.id]


def count_waiting(operation: OperationHead) -> int:
    """How much waits for the viewer in an operation: the navigation says it on every page."""
    if operation.id in g.get("waiting", {}):
        return len(g.waiting[operation.id])
    with reading() as view:
        return len(waiting_for_me(view, operation))


def strictest_code(operation: OperationHead) -> str:
    """The strictest handling code of what the viewer may see of an operation's material: a sheet of a list says it."""
    with reading() as view:
        return strictest_shown(view.session, operation.id)


def may(view: View, action: str, operation: OperationHead) -> bool:
    """Whether the viewer could do the action in this operation now: a screen offers nothing else."""
    return allows(view.me, action, OperationFacts(operation.id, operation.state_now))


def require_fresh() -> None:
    """Pass if a passkey was shown within the last minutes; an exercise's one-click session has none to show.

    Raises:
        Forbidden: a token came: no program can show a passkey.
        NotFresh: it must be shown again first.
    """
    standing = _standing(bearer())
    if standing == "token":
        raise Forbidden("No token may do this: sign in with your passkey.")
    if standing == "stale":
        raise NotFresh("Show your passkey once more for this.")


def require_session() -> None:
    """Pass if a person came, and no program: for what concerns nobody but the person.

    Raises:
        Forbidden: a token came.
    """
    if bearer().scopes is not None:
        raise Forbidden("No token may do this: sign in with your passkey.")


def require_own_passkey() -> None:
    """Pass unless the session came by one click: whoever followed a link has shown nothing of the account's own.

    Raises:
        Forbidden: it did.
    """
    if bearer().exercises_only:
        raise Forbidden(
            "A link of the exercise changes no passkey. For one of your own, ask an administrator for an invitation."
        )


def require_scope(endpoint: str) -> None:
    """Pass if a token's scopes allow this request; a session always passes, because only tokens have scopes.

    Raises:
        Forbidden: the token was made for less.
    """
    who = bearer()
    if who.scopes is None:
        return
    blueprint = endpoint.partition(".")[0]
    if request.method in SAFE_METHODS:
        needed = frozenset({"read"})
    elif blueprint in SESSION_ONLY:
        raise Forbidden("No token may do this: sign in with your passkey.")
    else:
        needed = SCOPES.get(blueprint, frozenset({"write"}))
    if not needed & set(who.scopes):
        raise Forbidden("This token does not allow this.", needs=sorted(needed))


def csrf_secret() -> bytes:
    """What this session's unsafe requests must know; empty without a session."""
    secret = request.cookies.get(COOKIE, "")
    return hmac.digest(secret.encode(), b"concord csrf v1", "sha256") if secret else b""


def csrf_token() -> str:
    """The secret under a mask of its own: pages are compressed, and one that repeats could be guessed by its length."""
    secret = csrf_secret()
    mask = secrets.token_bytes(len(secret))
    return (mask + _xor(mask, secret)).hex()


def unmasked(token: str) -> bytes:
    """The secret that a token hides; empty for what is not a token."""
    try:
        both = bytes.fromhex(token)
    except ValueError:
        return b""
    half = len(both) // 2
    return _xor(both[:half], both[half:]) if len(both) == 2 * half else b""


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def database() -> Database:
    """The rows, through the application's role."""
    return cast("Database", current_app.extensions["concord.database"])


def current_settings() -> Settings:
    """The settings of this application."""
    return cast("Settings", current_app.extensions["concord.settings"])


def media_store() -> MediaStore:
    """The media store, opened once."""
    if "concord.media" not in current_app.extensions:
        current_app.extensions["concord.media"] = open_store(current_settings().media_url)
    return cast("MediaStore", current_app.extensions["concord.media"])


def master_key() -> bytes:
    """The master key of the installation, read once from its file."""
    if "concord.master" not in current_app.extensions:
        current_app.extensions["concord.master"] = load_or_create_master(current_settings().key_file)
    return cast("bytes", current_app.extensions["concord.master"])


def operation_key(session: DbSession, operation_id: int) -> OperationKey:
    """The key of an operation's media. Raises: NotFound, Unavailable."""
    return unwrap(master_key(), wrapped_key(session, operation_id), str(operation_id))


def _identify() -> Bearer | None:
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _token(credential.strip())
    secret = request.cookies.get(COOKIE)
    if not secret:
        return None
    session_id = digest(secret)
    with database().read(None, presented=session_id) as view:
        who = queries.presented_session(view, session_id)
    if who is not None and who.how == ONE_CLICK and not current_settings().demo_links_allowed:
        return None  # The session was made where one click signs in, which this installation no longer allows.
    if who is not None and who.is_stale and _is_use():
        _note_use(who.person.id, lambda tx: commands.touch_session(tx, session_id))
    return who


def _is_use() -> bool:
    """Whether somebody is there: not where a page asks by a timer, or says that nobody has touched it for a while."""
    return request.endpoint not in BACKGROUND_ENDPOINTS and UNATTENDED not in request.headers


def disks() -> list[tuple[str, Volume]]:
    """The disks that this process writes to, as codes of `word('disk', …)`: of the database, of the media."""
    return [("database", Volume(current_settings().database_volume)), ("media", media_store().volume)]


def _note_use(person_id: int, note: Callable[[Tx], object]) -> None:
    """Note that a session or token is used. On a full disk it is not noted, and reading goes on."""
    try:
        with database().write(person_id) as tx:
            note(tx)
    except Unavailable as refusal:
        if refusal.facts.get("reason") != "database_full":
            raise


def _token(secret: str) -> Bearer:
    token_id = digest(secret)
    who = None
    if secret.startswith(TOKEN_PREFIX):
        with database().read(None, presented=token_id) as view:
            who = queries.presented_token(view, token_id)
    if who is None or (who.exercises_only and not current_settings().demo_links_allowed):
        raise NotSignedIn("This token is unknown, has expired or was revoked.")
    if who.is_stale:
        _note_use(who.person.id, lambda tx: commands.touch_token(tx, token_id))
    return who


def _before_sign_in_id() -> int:
    if "concord.before_sign_in" not in current_app.extensions:
        current_app.extensions["concord.before_sign_in"] = housekeeping_id(database())
    return cast("int", current_app.extensions["concord.before_sign_in"])
