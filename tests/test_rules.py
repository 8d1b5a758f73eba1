"""The rules in Python and the rules in SQL say the same: asked of the database's own catalogue, so that later migrations count too."""

from __future__ import annotations

import re
from collections.abc import Set

from sqlalchemy import Connection, text

from workspace.rules import roles
from workspace.rules.roles import ROLES, SERVICE_ROLE

ROLES_OF_FUNCTIONS: dict[str, Set[str]] = {
    "my_operations": roles.MEMBERS | roles.SERVICE,
    "my_keys": roles.KEY_HOLDERS,
    "my_audits": roles.OBSERVER,
    "my_administrations": set(roles.GRANTABLE),
    "why_not_judge": roles.EXAMINERS,
}
"""By function of the database: for whose membership it answers."""


def named_roles(source: str) -> set[str]:
    """The roles that pass the comparison `role in (…)`, `role = …` or `role <> …` of a function's source."""
    found = re.search(r"\brole\s*(in|=|<>)\s*(\([^)]*\)|'[^']*')", source)
    assert found is not None
    named = set(re.findall(r"'([^']*)'", found[2]))
    return named if found[1] in ("in", "=") else {*ROLES, SERVICE_ROLE} - named


def checked_codes(connection: Connection) -> dict[str, set[str]]:
    """By `table.column`: the codes that a CHECK of the database accepts."""
    rows = connection.execute(
        text("""select c.relname as name, pg_get_constraintdef(k.oid) as definition from pg_constraint k
             join pg_class c on c.oid = k.conrelid where k.contype = 'c' and c.relnamespace = 'public'::regnamespace""")
    )
    codes = {}
    for row in rows:
        if column := re.match(r"CHECK \(\((\w+) = ANY \(ARRAY\[(.*)\]\)\)\)$", row.definition):
            codes[f"{row.name}.{column[1]}"] = set(re.findall(r"'([^']*)'", column[2]))
    return codes


def test_every_function_of_the_database_means_the_roles_that_the_rules_mean(connection: Connection) -> None:
    rows = connection.execute(
        text(r"""select proname, prosrc from pg_proc
             where pronamespace = 'public'::regnamespace and prosrc ~ '\yrole\s*(in|=|<>)\s*[(''].*'""")
    )

    assert {row.proname: named_roles(row.prosrc) for row in rows} == ROLES_OF_FUNCTIONS


def test_the_database_accepts_exactly_the_roles_that_there_are(connection: Connection) -> None:
    assert checked_codes(connection)["membership.role"] == {*ROLES, SERVICE_ROLE}


def test_no_role_belongs_to_the_keyless_and_to_the_key_holders() -> None:
    assert set(ROLES) == roles.MEMBERS | {"recipient"}
    assert not roles.KEY_HOLDERS & roles.KEYLESS
    assert roles.EXAMINERS | roles.DISSEMINATORS <= roles.KEY_HOLDERS


def test_nobody_gives_a_role_that_opens_more_than_the_own_one() -> None:
    assert roles.GRANTABLE["operation_lead"] < roles.GRANTABLE["administrator"]
    assert roles.GRANTABLE["country_lead"] < roles.GRANTABLE["operation_lead"]
    assert set().union(*roles.GRANTABLE.values()) == set(ROLES)
