"""Databases for tests: the migrations make one in each cluster, the others are copies of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.support.owner import know_owner
from tests.support.servers import Servers
from workspace.host.engines import OWNER, ROLES, prepare_database

_MADE: dict[str, str] = {}
"""By the URL of a cluster's superuser: the database that is copied. Nobody connects to it."""


def ready_database(admin_url: str, name: str, passwords: Mapping[str, str]) -> dict[str, str]:
    """Make a database that is as the migrations leave it; the URL of each role.

    admin_url: a superuser's. passwords: of each role."""
    if admin_url not in _MADE:
        made = f"made_{secrets.token_hex(4)}"
        prepare_database(admin_url, made, passwords)
        _MADE[admin_url] = made
    with _as(admin_url) as connection:
        connection.execute(
            sql.SQL("create database {} template {} owner {}").format(
                *map(sql.Identifier, (name, _MADE[admin_url], OWNER))
            )
        )
    return prepare_database(admin_url, name, passwords)  # who may connect to it; it finds nothing else to do


def own_database(servers: Servers, what: str) -> dict[str, str]:
    """A database beside that of the other tests, for what changes every row, or must find no row of theirs."""
    passwords = {role: str(make_url(servers.urls[role]).password) for role in ROLES}
    urls = ready_database(servers.admin_url, f"{what}_{secrets.token_hex(4)}", passwords)
    know_owner(urls)
    return urls


def forget_safety(admin_url: str) -> None:
    """Have a cluster that lives as long as its tests not wait for the disk: what is committed outlives a killed server
    all the same, and a machine that loses its power takes the tests with it."""
    with _as(admin_url) as connection:
        for setting in ("fsync", "full_page_writes"):
            connection.execute(sql.SQL("alter system set {} = off").format(sql.Identifier(setting)))
        connection.execute("select pg_reload_conf()")


def _as(admin_url: str) -> psycopg.Connection:
    return psycopg.connect(
        make_url(admin_url).set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    )
