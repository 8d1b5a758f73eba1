"""A threshold is proposed by one country and confirmed by another; leads that stand keep theirs."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from tests.support.bench import Bench
from tests.support.work_material import Material
from tests.workers.test_matching import bring_register
from workspace.commands.thresholds import confirm_threshold, propose_threshold
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.queries.thresholds import agreed_calibrations, said_thresholds, thresholds_in
from workspace.rules.calibration import Calibration, errors_at


def calibrated(bench: Bench, lead: float) -> Calibration:
    """What was measured at another threshold."""
    (shipped,) = bench.tools.engine.pack.calibrations
    return replace(
        shipped, lead=replace(shipped.lead, cosine=lead), strong=replace(shipped.strong, cosine=max(lead, 0.5))
    )


def propose(bench: Bench, person: int, lead: float, reason: str = "our material is older") -> UUID:
    with bench.app.write(person) as tx:
        return propose_threshold(tx, bench.operation.id, calibrated(bench, lead), reason=reason)


def confirm(bench: Bench, person: int, threshold: UUID) -> None:
    with bench.app.write(person) as tx:
        confirm_threshold(tx, bench.operation.id, threshold)


def test_two_countries_change_the_threshold_and_leads_that_stand_keep_theirs(bench: Bench, material: Material) -> None:
    ec, pe = bench.operation.person("EC", "country_lead"), bench.operation.person("PE", "country_lead")
    near, examiner = bench.operation.person("EC", "operation_lead"), bench.operation.person("PE", "specialist")
    pack = bench.tools.engine.pack
    strict = propose(bench, ec, 0.999)

    for person, why in ((ec, "Another country"), (near, "Another country"), (examiner, "role")):
        with pytest.raises(Forbidden, match=why):
            confirm(bench, person, strict)
    with bench.app.read(pe) as view:  # nothing has changed
        assert thresholds_in(view.session, bench.operation.id, pack.recogniser_sha256) is None
    confirm(bench, pe, strict)
    for person, threshold in ((pe, strict), (pe, uuid4())):
        with pytest.raises((Conflict, NotFound)):
            confirm(bench, person, threshold)

    bring_register(bench, material)
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12))
    bench.work()
    assert bench.rows("select id from lead where operation_id = :operation") == []

    first, second = propose(bench, ec, 0.6), propose(bench, pe, 0.43)
    with pytest.raises(NotFound, match="another one took its place"):
        confirm(bench, pe, first)
    confirm(bench, ec, second)
    bench.work()
    lead = bench.one("select * from lead where operation_id = :operation")
    assert (lead.threshold, lead.band) == (pytest.approx(0.43), "strong")

    confirm(bench, pe, propose(bench, ec, 0.999))
    bench.work()
    again = bench.one("select * from lead where operation_id = :operation")
    assert (again.id, again.threshold, again.score) == (lead.id, lead.threshold, lead.score)
    assert [kind for kind in bench.operation.kinds() if kind.startswith("threshold:")] == [
        *("threshold:proposed", "threshold:confirmed", "threshold:proposed", "threshold:proposed"),
        *("threshold:confirmed", "threshold:proposed", "threshold:confirmed"),
    ]
    with bench.app.read(examiner) as view:  # every member reads who said so, and what is known of each
        said = said_thresholds(view.session, bench.operation.id)
        known = agreed_calibrations(view.session, bench.operation.id)
    assert [(each.lead, each.confirmed_by is not None, each.stands) for each in said] == [
        (0.999, True, False),
        (0.43, True, False),
        (0.6, False, False),
        (0.999, True, False),
    ]
    assert errors_at(known, lead.model_digest, lead.threshold) is not None
    with bench.app.read(bench.operation.outsider()) as view:
        assert said_thresholds(view.session, bench.operation.id) == []


def test_a_proposal_lapses_says_why_and_is_not_what_stands_already(bench: Bench) -> None:
    ec, pe = bench.operation.person("EC", "country_lead"), bench.operation.person("PE", "country_lead")
    with pytest.raises(Invalid, match="Say why"):
        propose(bench, ec, 0.5, " ")

    old = propose(bench, ec, 0.5)
    bench.operation.change("update threshold set proposed_at = proposed_at - interval '4 days' where id = :id", id=old)
    with pytest.raises(NotFound, match="lapsed"):
        confirm(bench, pe, old)

    confirm(bench, pe, propose(bench, ec, 0.5))
    with pytest.raises(Conflict, match="in force already"):
        propose(bench, pe, 0.5)
