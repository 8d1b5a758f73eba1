"""Plays a small exercise with real commands, so that each true link ends in another way; the truth of its rows is known
here."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from tests.support.operation import TestOperation
from tests.support.referral_steps import ReferralSteps
from workspace.commands.editions import draw_up_edition
from workspace.commands.exercise import begin_exercise, reveal_truth, write_truth
from workspace.commands.referrals import accept_referral
from workspace.model.database import Database

CANARY = "canary-identity"


class PlayedWeek:
    """An exercise of seven people: A to C and F live in EC, PE, CL and PE, the others in EC. `reveal` ends it.

    A: answered, and its register entry's portrait shows no face. B: verified and not sent. C: rejected by two. D: a
    lead that nobody
    took. E: read in two countries, no lead. F: one file was refused. H: one country only. Two leads are false: E with
    F, verified; E with H, rejected by the second and third opinion.
    """

    def __init__(self, steps: ReferralSteps, database: Database, workers: Database) -> None:
        self.steps, self.database, self.workers = steps, database, workers
        self.operation: TestOperation = steps.operation
        self._shown: list[tuple[str, str, str]] = []
        with workers.write(self.operation.service_id) as tx:
            begin_exercise(tx, self.operation.id, seed=2611, scenario="lantern", partners=[])

    def play(self) -> None:
        """Play the whole of it, up to an interim edition, and write the truth down."""
        steps, operation = self.steps, self.operation
        for country in ("EC", "PE"):
            steps.key(country)
        answered = steps.verified("EC", "PE")
        self.show(answered, "A", "A")
        self.show(steps.verified("EC", "PE"), "B", "B")
        self.show(self._judged(operation.lead("EC", "CL"), ("EC", 5), ("CL", 4)), "C", "C")
        self.show(operation.lead("EC", "PE"), "D", "D")
        self.show(steps.verified("EC", "PE"), "E", "F")
        self.show(self._judged(operation.lead("PE", "EC"), ("EC", 1), ("PE", 5), ("CL", 5)), "E", "H")
        self._refused("F", "EC")
        self._entry("R-1")
        referral = steps.sent(answered, "PE")
        steps.acknowledge(referral, "PE")
        with self.database.write(operation.person("PE", "liaison")) as tx:
            accept_referral(tx, referral)
        steps.state(referral, "PE", "V3")
        # `ReferralSteps.opinion` signs eleven seconds too early, so that an opinion is settled at once: put that right.
        operation.change(
            "update assessment set signed_at = signed_at + interval '11 seconds' where operation_id = :id",
            id=operation.id,
        )
        self._write_truth()
        with self.database.write(operation.person("EC", "operation_lead")) as tx:
            draw_up_edition(tx, operation.id, kind="interim")
        steps.work()

    def reveal(self) -> None:
        """Have the director open the debrief, and the worker draw it up."""
        with self.database.write(self.operation.person("EC", "director")) as tx:
            reveal_truth(tx, self.operation.id, reason="The time is over.")
        self.steps.work()

    def show(self, lead: UUID, *identities: str) -> None:
        """Say who is shown on each side of a lead, in a file of its own."""
        for side, identity in enumerate(identities, start=1):
            self._file(lead, side, identity)

    def _file(self, lead: UUID, side: int, identity: str) -> None:
        path = f"DCIM/{lead}.jpg"
        self.operation.change(
            """insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes,
                sha256)
               select e.operation_id, e.compartment_id, e.exhibit_id, e.media_item_id, :path, 1, m.sha256
               from lead_evidence e join media_item m on m.id = e.media_item_id where e.lead_id = :lead and e.side =
               :side""",
            lead=lead,
            side=side,
            path=path,
        )
        label = self._one("select x.label from exhibit x join lead_evidence e on e.exhibit_id = x.id "
                          "where e.lead_id = :lead and e.side = :side", lead=lead, side=side)  # fmt: skip
        self._shown.append((label, path, identity))

    def _refused(self, identity: str, country: str) -> None:
        """A file of a device of this country that could not be read."""
        label, exhibit = (
            f"{country}-D-broken",
            "insert into exhibit (operation_id, compartment_id, country, label, kind, ",
        )
        self.operation.change(
            exhibit
            + "case_reference, custodian, was_prepared) values (:id, :lock, :country, :label, 'phone', 'case', 'nobody', true)",
            id=self.operation.id,
            lock=self.operation.compartment(country),
            country=country,
            label=label,
        )
        self.operation.change(
            """insert into received_file (operation_id, compartment_id, exhibit_id, path, size_bytes, refusal)
               select operation_id, compartment_id, id, 'cut.jpg', 1, 'truncated' from exhibit where operation_id = :id
               and label = :label""",
            id=self.operation.id,
            label=label,
        )
        self._shown.append((label, "cut.jpg", identity))

    def _entry(self, number: str) -> None:
        """An entry of a register whose portrait shows no face."""
        facts = {
            "id": self.operation.id,
            "lock": self.operation.compartment("PE"),
            "who": self.operation.person("PE", "country_lead"),
        }
        self.operation.change(
            "insert into register (operation_id, compartment_id, country, name, legal_source, attested_by) "
            "values (:id, :lock, 'PE', 'Register', 'exercise', :who)",
            **facts,
        )
        self.operation.change(
            "insert into register_entry (operation_id, compartment_id, register_id, number, number_key) "
            "select operation_id, compartment_id, id, :number, lower(:number) from register where operation_id = :id",
            id=self.operation.id,
            number=number,
        )

    def _judged(self, lead: UUID, *opinions: tuple[str, int]) -> UUID:
        for country, opinion in opinions:
            self.steps.opinion(lead, country, opinion)
        return lead

    def _write_truth(self) -> None:
        lives_in = {
            CANARY + label: where
            for label, where in zip("ABCDEFH", ("EC", "PE", "CL", "EC", "EC", "PE", "EC"), strict=True)
        }
        with self.workers.write(self.operation.service_id) as tx:
            shown = [(label, path, CANARY + who) for label, path, who in self._shown]
            write_truth(tx, self.operation.id, lives_in=lives_in, shown=shown, entries={"R-1": CANARY + "A"})

    def _one(self, sql: str, **values: object) -> str:
        with self.workers.read(self.operation.service_id) as view:
            return str(view.session.execute(text(sql), values).scalar_one())
