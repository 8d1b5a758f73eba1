"""A week from its first claim to its closing edition, by partners alone; the edition's figures equal a count of our
own."""

from __future__ import annotations

from threading import Event

from partners.week import Play
from tests.partners.conftest import ShortWeek
from tests.support.recount import recounted
from workspace.commands.editions import draw_up_edition
from workspace.model import Operation
from workspace.model.database import Database
from workspace.queries.editions import editions, stored_edition

COUNTRIES = ("EC", "PE", "CL")
ROLES = ("specialist", "analyst", "liaison")
FEW = 2
"""Leads of each truth: enough for a verdict and a referral, and played within a minute."""


def test_a_week_is_played_to_its_closing_and_its_figures_are_right(week: ShortWeek, database: Database) -> None:
    for country in COUNTRIES:
        week.steps.key(country)
    lead = week.operation.person("EC", "operation_lead")
    week.begin(lead, *(week.operation.person(country, role) for country in COUNTRIES for role in ROLES))
    for shows_one_person in (True, False):
        for _ in range(FEW):
            week.lead(shows_one_person=shows_one_person)

    players = week.players()
    looks = 0

    def is_closed(_play: Play) -> bool:
        nonlocal looks
        looks += 1
        week.settle()
        week.steps.work()
        players.week.is_ending = "lead:verified" in week.operation.kinds() and looks > 10
        return week.operation.row(Operation, week.operation.id).state == "closed"

    players.play(Event(), until=is_closed)
    players.close()
    # Receiving officers go on answering while the operation closes: the last edition is drawn up when everybody has
    # left.
    with database.write(lead) as tx:
        draw_up_edition(tx, week.operation.id, kind="closing")
    week.steps.work()

    with week.operation.workers.read(week.operation.service_id) as view:
        drawn = [each for each in editions(view.session, week.operation.id) if each.kind == "closing"]
        assert len(drawn) == 2
        figures = {figure.key: figure.number for figure in stored_edition(view.session, drawn[-1].id).figures.figures}
        ours = recounted(view.session, week.operation.id)
    assert {key: figures[key] for key in ours} == ours
    assert ours["leads_claimed"] >= FEW
    assert ours["leads_verified"] >= 1
