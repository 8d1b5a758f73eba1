"""REST: sign-in and enrolment with passkeys, step-up, sessions, tokens, preferences.

A passkey's answer is handled in three steps: its challenge is used up first, whatever comes of it; then it is checked
without a transaction; then the person acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import identity as commands
from workspace.commands.exercise import take_seats
from workspace.errors import Invalid, NotFound
from workspace.queries import identity as queries
from workspace.queries.exercise import partners_seats
from workspace.queries.identity import OwnPasskey, OwnToken, Person
from workspace.rules.credentials import digest
from workspace.web import passkeys
from workspace.web.answers import Nothing
from workspace.web.bodies import Body, RoutePath
from workspace.web.context import (
    bearer,
    current_person,
    current_settings,
    current_user_id,
    database,
    reading,
    require_fresh,
    require_own_passkey,
    writing,
    writing_before_sign_in,
)
from workspace.web.passkeys import Site
from workspace.web.security import check_csrf, clear_site, origin, rp_id, set_session_cookie

api = APIBlueprint("identity", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="identity")])


class CredentialBody(Body):
    """An authenticator's answer, in the JSON form of WebAuthn Level 3."""

    credential: dict[str, Any]


class EnrolOptionsBody(Body):
    """Whose passkey is to be made: the invited person's, or without an invitation the signed-in person's."""

    invitation: str | None = Field(default=None, max_length=100)


class EnrolBody(Body):
    """A new passkey, the name its owner gives it, and the invitation if it is the first."""

    credential: dict[str, Any]
    label: str = Field(min_length=1, max_length=60)
    invitation: str | None = Field(default=None, max_length=100)


class PreferencesBody(Body):
    """What a person chooses for itself."""

    language: str | None = Field(default=None, max_length=10)
    theme: str | None = Field(default=None, max_length=10)
    contact: str | None = Field(default=None, max_length=200)


class TokenBody(Body):
    """A new API token: what it is for, what it may do, for how many days."""

    label: str = Field(min_length=1, max_length=60)
    scopes: list[str] = Field(min_length=1, max_length=10)
    days: int = Field(default=30, ge=1, le=366)


class HexPath(RoutePath):
    """A row by its id in hexadecimal digits."""

    id: str = Field(pattern="^([0-9a-f]{2}){1,1023}$")


PasskeyOptions = Annotated[dict[str, Any], "what an authenticator is asked: the JSON options of WebAuthn Level 3"]


@dataclass(frozen=True)
class SignedIn:
    """Whose account the browser acts for from now on."""

    user: int


@dataclass(frozen=True)
class ListedSession:
    """One's own session; `is_this` is the one that asks."""

    id: str
    how: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_this: bool


@dataclass(frozen=True)
class NewToken:
    """The token itself, shown this once."""

    token: str


@api.post("/sign-in/options")
def sign_in_options() -> Annotated[Response, PasskeyOptions]:
    """Ask for a challenge to sign in with a passkey."""
    challenge, options = passkeys.sign_in_options(site())
    with writing_before_sign_in() as tx:
        commands.open_challenge(tx, challenge, purpose="sign_in", user_id=None)
    return jsonify(options)


@api.post("/sign-in")
def sign_in(body: CredentialBody) -> Annotated[Response, SignedIn]:
    """Sign in with a passkey; the session comes as a cookie."""
    user_id, credential_id, sign_count = _shown(body.credential, purpose="sign_in", user_id=None)
    with database().read(user_id) as view:
        seats = partners_seats(view.session, user_id)
    with database().write(user_id) as tx:
        commands.use_passkey(tx, credential_id, sign_count=sign_count)
        take_seats(tx, seats)
        secret = commands.start_session(tx, how="passkey")
    answer = jsonify({"user": user_id})
    set_session_cookie(answer, secret)
    return answer


@api.post("/enrol/options")
def enrol_options(body: EnrolOptionsBody) -> Annotated[Response, PasskeyOptions]:
    """Ask for a challenge to make a passkey: the first by invitation, a further one while signed in."""
    person = _enrolling(body.invitation)
    with database().read(person.id) as view:
        known = queries.passkeys_beside_me(view.session)  # a device serves one account of an operation
        if body.invitation is None:  # by invitation the own device may be used again: the new passkey takes their place
            known += [bytes.fromhex(row.id) for row in queries.own_passkeys(view.session, person.id)]
    challenge, options = passkeys.enrol_options(site(), user_id=person.id, name=person.name, known=known)
    with writing_before_sign_in() as tx:
        commands.open_challenge(tx, challenge, purpose="enrol", user_id=person.id)
    return jsonify(options)


@api.post("/enrol")
def enrol(body: EnrolBody) -> Annotated[Response, SignedIn]:
    """Add the passkey that was made; by invitation it takes the place of whatever was there, and signs in."""
    person = _enrolling(body.invitation)
    challenge = passkeys.challenge_of(body.credential)
    with writing_before_sign_in(presented=digest(challenge)) as tx:
        commands.take_challenge(tx, challenge, purpose="enrol", user_id=person.id)
    made = passkeys.check_enrolment(site(), body.credential, challenge=challenge)
    secret = None
    with database().write(person.id) as tx:
        if body.invitation is not None:
            commands.accept_invitation(tx, body.invitation)
            commands.let_go_of_lost(tx)
            secret = commands.start_session(tx, how="invitation")
        commands.enrol_passkey(
            tx,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            label=body.label,
        )
    answer = jsonify({"user": person.id})
    if secret is not None:
        set_session_cookie(answer, secret)
    return answer


@api.post("/sign-out")
def sign_out() -> Annotated[Response, Nothing]:
    """End this session and have the browser forget everything."""
    with writing() as tx:
        commands.end_session(tx, bearer().id)
    answer = jsonify({})
    clear_site(answer)
    return answer


@api.post("/step-up/options")
def step_up_options() -> Annotated[Response, PasskeyOptions]:
    """Ask for a challenge to show one's passkey once more."""
    with reading() as view:
        known = [bytes.fromhex(row.id) for row in queries.own_passkeys(view.session, current_user_id())]
    if not known:
        raise NotFound("You have no passkey yet.")
    challenge, options = passkeys.sign_in_options(site(), known=known)
    with writing() as tx:
        commands.open_challenge(tx, challenge, purpose="step_up", user_id=current_user_id())
    return jsonify(options)


@api.post("/step-up")
def step_up(body: CredentialBody) -> None:
    """Show one's passkey once more: for five minutes, actions that ask for it are open."""
    user_id, credential_id, sign_count = _shown(body.credential, purpose="step_up", user_id=current_user_id())
    if user_id != current_user_id():
        raise Invalid("This passkey belongs to another account.")
    with writing() as tx:
        commands.use_passkey(tx, credential_id, sign_count=sign_count)
        commands.step_up(tx, bearer().id)


@api.get("/step-up")
def is_stepped_up() -> None:
    """Ask whether one's passkey was shown within the last five minutes: before a file is taken that asks for it."""
    require_fresh()


@api.get("/me")
def me() -> Person:
    """Who one is here: name, agency, roles by operation, preferences."""
    return current_person()


@api.patch("/me")
def change_me(body: PreferencesBody) -> None:
    """Change one's language or theme, or how other agencies reach one."""
    with writing() as tx:
        commands.change_preferences(tx, language=body.language, theme=body.theme, contact=body.contact)


@api.get("/passkeys")
def own_passkeys() -> list[OwnPasskey]:
    """One's passkeys."""
    with reading() as view:
        return queries.own_passkeys(view.session, current_user_id())


@api.delete("/passkeys/<id>")
def remove_passkey(path: HexPath) -> None:
    """Remove one of one's passkeys, but not the last."""
    require_fresh()
    require_own_passkey()
    with writing() as tx:
        commands.remove_passkey(tx, bytes.fromhex(path.id))


@api.get("/sessions")
def own_sessions() -> list[ListedSession]:
    """One's live sessions."""
    with reading() as view:
        rows = queries.own_sessions(view.session, current_user_id())
    this = bearer().id.hex()
    return [
        ListedSession(row.id, row.how, row.created_at, row.seen_at, row.expires_at, is_this=row.id == this)
        for row in rows
    ]


@api.delete("/sessions/<id>")
def end_session(path: HexPath) -> None:
    """End one of one's sessions, at once."""
    with writing() as tx:
        commands.end_session(tx, bytes.fromhex(path.id))


@api.get("/tokens")
def own_tokens() -> list[OwnToken]:
    """One's live API tokens; the tokens themselves are shown once, when they are made."""
    with reading() as view:
        return queries.own_tokens(view.session, current_user_id())


@api.post("/tokens")
def create_token(body: TokenBody) -> NewToken:
    """Make an API token that may do, in one's own name, what its scopes say."""
    require_fresh()
    with writing() as tx:
        secret = commands.create_token(tx, label=body.label, scopes=body.scopes, days=body.days)
    return NewToken(secret)


@api.delete("/tokens/<id>")
def revoke_token(path: HexPath) -> None:
    """Revoke one of one's API tokens, at once."""
    with writing() as tx:
        commands.revoke_token(tx, bytes.fromhex(path.id))


def site() -> Site:
    """This application, for authenticators."""
    return Site(rp_id(current_settings()), origin(current_settings()))


def _enrolling(invitation: str | None) -> Person:
    """Who is making a passkey: whom the invitation is for, or the signed-in person, who has just shown one."""
    if invitation is None:
        check_csrf()
        require_fresh()
        require_own_passkey()
        return current_person()
    with database().read(None, presented=digest(invitation)) as view:
        invited = queries.presented_invitation(view, invitation)
    if invited is None:
        raise NotFound("This invitation was used or has expired. Ask for a new one.")
    return invited


def _shown(credential: dict[str, Any], *, purpose: str, user_id: int | None) -> tuple[int, bytes, int]:
    """Use the challenge up, then check the answer; returns whose passkey it is, its id, and its new count."""
    challenge, credential_id = passkeys.challenge_of(credential), passkeys.credential_id_of(credential)
    with writing_before_sign_in(presented=digest(challenge)) as tx:
        commands.take_challenge(tx, challenge, purpose=purpose, user_id=user_id)
    with database().read(None, presented=credential_id) as view:
        known = queries.presented_passkey(view.session, credential_id)
    if known is None:
        raise Invalid("This passkey is not known here. Use another one, or ask for a new invitation.")
    sign_count = passkeys.check_sign_in(
        site(),
        credential,
        challenge=challenge,
        public_key=known.public_key,
        sign_count=known.sign_count,
        user_id=known.user_id,
    )
    return known.user_id, credential_id, sign_count
