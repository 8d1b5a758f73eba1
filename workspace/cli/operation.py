"""The commands that begin an operation without a screen: `operation create`, `operation invite`, `operation list`.

They act as the installation's own service user, whose role the operator of this machine holds anyway; everything after
the first administrator is on screens. A link is printed to this terminal once and never stored.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from workspace.cli.run import DATABASE, running_engines
from workspace.commands import operations, people
from workspace.commands.people import ServiceUsers, ensure_service_users
from workspace.errors import Invalid
from workspace.host.terminal import say, show
from workspace.model.database import Database, Tx
from workspace.queries.operations import agency_by_name, members
from workspace.queries.operations import operation as operation_head
from workspace.queries.operations import operations as all_operations
from workspace.rules.codes import HANDLING_CODES, TLP, UNRESTRICTED
from workspace.rules.days import day_in
from workspace.rules.jurisdiction import COMPETENCES
from workspace.rules.roles import HOST_ROLE
from workspace.settings import Settings, settings
from workspace.store.keys import load_or_create_master

if TYPE_CHECKING:
    # argparse keeps the type of add_subparsers' answer private; only the checker needs its name.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

DEFAULT_DAYS = 5
DEFAULT_TERMS = (
    "Material stays the property of the country that gives it. Nobody copies, exports or passes on another "
    "country's material "
    "except by a referral of this workspace.\n\n"
    "A lead is never an identification: people decide, two examiners at least, and an authority confirms.\n\n"
    "Every access is recorded, and the record is open to the observers of all countries."
)


def register(commands: Commands) -> None:
    """Add this group's commands."""
    operation = commands.add_parser("operation", help="make an operation, invite its first people, list operations")
    actions = operation.add_subparsers(title="actions", metavar="ACTION", required=True)

    create = actions.add_parser(
        "create", help="make an operation with its first administrator; prints a one-time invitation"
    )
    create.add_argument("--code-name", required=True, metavar="NAME")
    create.add_argument(
        "--country",
        required=True,
        action="append",
        metavar="XX",
        help="a participating country (ISO code); the first one hosts",
    )
    create.add_argument(
        "--agency", default="Coordination", metavar="NAME", help="the hosting agency (default: %(default)s)"
    )
    create.add_argument(
        "--administrator", default="Administrator", metavar="NAME", help="how colleagues will see the person"
    )
    create.add_argument("--purpose", default="Identification of child victims", metavar="TEXT")
    create.add_argument("--legal-basis", default="As agreed by the participating countries", metavar="TEXT")
    create.add_argument("--time-zone", default="UTC", metavar="ZONE", help="of the operation, as in America/Guayaquil")
    create.add_argument("--opens", type=_moment, metavar="TIME", help="ISO 8601 with offset (default: now)")
    create.add_argument(
        "--closes", type=_moment, metavar="TIME", help=f"default: {DEFAULT_DAYS} days after the opening"
    )
    create.add_argument("--terms", type=Path, metavar="FILE", help="the terms that each country accepts, as plain text")
    create.add_argument("--handling", default=UNRESTRICTED, choices=HANDLING_CODES)
    create.add_argument("--tlp", default="AMBER", choices=TLP)
    create.set_defaults(run=run_create)

    invite = actions.add_parser(
        "invite", help="give a person a new one-time invitation, for instance after a lost passkey"
    )
    invite.add_argument("--user", required=True, type=int, metavar="ID")
    invite.set_defaults(run=run_invite)

    listing = actions.add_parser("list", help="list the operations of this installation")
    listing.set_defaults(run=run_list)

    people_of = actions.add_parser("members", help="list the people of an operation with the ids that invite takes")
    people_of.add_argument("--operation", required=True, type=int, metavar="ID")
    people_of.set_defaults(run=run_members)


def run_create(arguments: argparse.Namespace) -> int:
    """Make the operation and print its id and the administrator's invitation."""
    configured = settings()
    opens_at = arguments.opens or datetime.now(UTC).replace(microsecond=0)
    terms = _text(arguments.terms) if arguments.terms else DEFAULT_TERMS
    with installation(configured) as (workers, service), workers.write(service.housekeeping_id) as tx:
        operation_id = operations.create_operation(
            tx,
            code_name=arguments.code_name,
            purpose=arguments.purpose,
            legal_basis=arguments.legal_basis,
            time_zone=arguments.time_zone,
            opens_at=opens_at,
            closes_at=arguments.closes or opens_at + timedelta(days=DEFAULT_DAYS),
            terms=terms,
            countries=arguments.country,
            master_key=load_or_create_master(configured.key_file),
            handling_code=arguments.handling,
            tlp=arguments.tlp,
        )
        invited = add_first_administrator(
            tx, operation_id, countries=arguments.country, agency=arguments.agency, name=arguments.administrator
        )
    show(f"Operation {operation_id} «{arguments.code_name}» is prepared.")
    show(
        "The administrator's invitation works once, for 72 hours, while the workspace is served (python3 app.py serve):"
    )
    show(invitation_url(configured, invited.secret))
    return 0


def run_invite(arguments: argparse.Namespace) -> int:
    """Print a new invitation for a person."""
    configured = settings()
    with installation(configured) as (workers, service), workers.write(service.housekeeping_id) as tx:
        invited = people.invite_user(tx, arguments.user)
    show(invitation_url(configured, invited.secret))
    return 0


def run_list(_arguments: argparse.Namespace) -> int:
    """Print id, state, window and code name of each operation."""
    with installation(settings()) as (workers, service), workers.read(service.housekeeping_id) as view:
        for row in all_operations(view.session):
            window = f"{day_in(row.opens_at, row.time_zone)}–{day_in(row.closes_at, row.time_zone)}"
            show(row.id, row.state, window, row.code_name)
    return 0


def run_members(arguments: argparse.Namespace) -> int:
    """Print id, name, role and country of each person of an operation."""
    with installation(settings()) as (workers, service), workers.read(service.housekeeping_id) as view:
        for line in member_lines(view.session, arguments.operation):
            show(*line)
    return 0


def member_lines(session: Session, operation_id: int) -> list[tuple[int, str, str, str]]:
    """Id, name, role and country of each person who takes part. Raises: NotFound."""
    operation_head(session, operation_id)
    return [(row.user_id, row.name, row.role, row.country) for row in members(session, operation_id)]


def add_first_administrator(
    tx: Tx, operation_id: int, *, countries: Sequence[str], agency: str, name: str
) -> people.Invited:
    """Give a new operation its hosting agency and its administrator, who becomes one of the installation too.

    A hosting agency that the installation knows already joins as it is.
    """
    agency_id = agency_by_name(tx.session, countries[0], agency)
    if agency_id is None:
        agency_id = people.create_agency(tx, country=countries[0], name=agency, kind="police")
    user_id = people.create_user(tx, agency_id=agency_id, name=name, is_house_admin=True)
    invited = people.invite_user(tx, user_id)
    operations.add_agency(tx, operation_id, agency_id=agency_id, jurisdictions=[countries[0]], competences=COMPETENCES)
    operations.add_first_member(tx, operation_id, user_id=user_id, role=HOST_ROLE)
    return invited


def invitation_url(configured: Settings, secret: str) -> str:
    """The link of an invitation at the address where this installation is served."""
    address = configured.public_url.rstrip("/") or f"http://localhost:{configured.port}"
    if not urlsplit(address).netloc:
        raise Invalid("CONCORD_PUBLIC_URL is not an address.", faults=["CONCORD_PUBLIC_URL: begin with https://"])
    return f"{address}/invitation/{secret}"


@contextmanager
def installation(configured: Settings) -> Iterator[tuple[Database, ServiceUsers]]:
    """The rows through the workers' role, on engines that run or are started for as long as this takes."""
    with running_engines(DATABASE) as engines:
        if engines is not None and engines.owned:
            say("The engines were started for this command alone.")
        workers = Database(settings().database_url_worker)
        try:
            yield workers, ensure_service_users(workers)
        finally:
            workers.dispose()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as cause:
        raise Invalid(f"{path} cannot be read: {cause.strerror}.") from cause
    except UnicodeDecodeError as cause:
        raise Invalid(f"{path} is not plain text in UTF-8.") from cause


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as cause:
        raise argparse.ArgumentTypeError(f"{value} is not a time; write 2026-11-09T08:00:00-05:00") from cause
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{value} has no offset; write 2026-11-09T08:00:00-05:00")
    return moment
