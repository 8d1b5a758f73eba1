"""Partners who lead a country answer what is asked of it: a weaker rule, an agency, a country that joins."""

from __future__ import annotations

from sqlalchemy import text

from tests.partners.conftest import ShortWeek
from workspace.commands import operations
from workspace.model.database import Database


def test_they_object_to_a_weaker_rule_take_an_agency_and_open_to_a_country_that_joins(
    week: ShortWeek, database: Database
) -> None:
    boss = week.operation.person("EC", "operation_lead")
    week.begin(*(week.operation.person(country, "country_lead") for country in ("EC", "PE", "CL")))
    with database.write(boss) as tx:
        (rule,) = operations.change_operation_settings(
            tx, week.operation.id, second_from_other_country=False, reason="nights are short"
        )
    agencies = []
    for country, jurisdictions in (("PE", ["PE"]), ("BO", ["BO"])):
        with database.write(boss) as tx:
            agencies.append(
                operations.add_new_agency(
                    tx,
                    week.operation.id,
                    country=country,
                    name=f"Second {country} {week.operation.mark}",
                    kind="police",
                    jurisdictions=jurisdictions,
                    competences=["evidence"],
                    reason="they know the case",
                )
            )

    week.play(lambda: answers(week, rule) == {"CL": False, "EC": True, "PE": False} and len(opened(week)) == 3)

    assert opened(week) == ["CL", "EC", "PE"]
    with week.operation.workers.read(week.operation.service_id) as view:
        ended = view.session.execute(text("select ended_as from terms_proposal where id = :id"), {"id": agencies[0][1]})
        assert ended.scalar_one() == "in_force"


def answers(week: ShortWeek, proposal: object) -> dict[str, bool]:
    with week.operation.workers.read(week.operation.service_id) as view:
        rows = view.session.execute(
            text("select country, is_yes from terms_answer where proposal_id = :id order by answered_at"),
            {"id": proposal},
        )
        return {row.country: row.is_yes for row in rows}


def opened(week: ShortWeek) -> list[str]:
    with week.operation.workers.read(week.operation.service_id) as view:
        rows = view.session.execute(
            text("select owner from opening where operation_id = :id and is_open order by owner"),
            {"id": week.operation.id},
        )
        return list(rows.scalars())
