"""The package of a referral: only the receiver opens it, it holds the facts of the rows and two small pictures a
side."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest

from tests.support.operation import TestOperation
from tests.support.pdf_text import pdf_pages
from tests.support.referral_steps import FACE, VEIL, ReferralSteps
from workspace.cli import package as cli_package
from workspace.commands.packages import set_package_key
from workspace.commands.referrals import fetch_package, re_route_referral, return_referral
from workspace.commands.removals import remove_member
from workspace.commands.vouching import withdraw_vouch
from workspace.errors import Forbidden, Invalid, NotFound
from workspace.exchange.referral_package import new_recipient_keypair, open_package
from workspace.model import Agency, MediaItem, Referral
from workspace.model.database import Database
from workspace.queries.lead_history import lead_history
from workspace.store.keys import load_or_create_signing_key, signing_key_file


@pytest.fixture
def lead(steps: ReferralSteps) -> UUID:
    """A verified lead between EC and PE."""
    steps.key("PE")
    return steps.verified()


def encrypted(steps: ReferralSteps, referral: UUID) -> bytes:
    address = steps.operation.row(Referral, referral).package_address
    with steps.tools.db.read(steps.tools.service_id) as view:
        return steps.tools.store.read_bytes(address, key=steps.tools.key(view.session, steps.operation.id))


def test_the_receiver_opens_what_the_installation_signed_and_nobody_else_does(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    sent = steps.sent(lead, "PE")
    package = encrypted(steps, sent)
    signer = load_or_create_signing_key(signing_key_file(steps.tools.key_file)).public_key().public_bytes_raw()

    opened = open_package(package, steps.identities["PE"], signer=signer)

    assert opened.manifest_sha256 == operation.row(Referral, sent).manifest_sha256
    with pytest.raises(Invalid):
        open_package(package, new_recipient_keypair()[1])


def test_a_package_holds_crops_and_veils_and_nothing_else_of_the_material(steps: ReferralSteps, lead: UUID) -> None:
    opened = open_package(encrypted(steps, steps.sent(lead, "PE")), steps.identities["PE"])

    pictures = {name: content for name, content in opened.files.items() if name.startswith("images/")}
    assert pictures == {
        "images/face-1.webp": FACE + b"1",
        "images/face-2.webp": FACE + b"2",
        "images/context-1.webp": VEIL + b"1",
        "images/context-2.webp": VEIL + b"2",
    }
    assert set(opened.files) - set(pictures) == {"manifest.json", "report.pdf", "signature.json"}


def test_the_manifest_says_what_the_rows_say(steps: ReferralSteps, operation: TestOperation, lead: UUID) -> None:
    manifest = open_package(encrypted(steps, steps.sent(lead, "PE")), steps.identities["PE"]).manifest

    assert (manifest["referral"], manifest["lead"], manifest["is_exercise"]) == ("R-0001", "L-0001", True)
    assert (manifest["prepared_by"], manifest["approved_by"]) == ("EC · Liaison officer", "PE · Liaison officer")
    assert [opinion["level"] for opinion in manifest["opinions"]] == [1, 1]  # type: ignore[attr-defined]
    assert [ground["country"] for ground in manifest["grounds"]] == ["PE"]  # type: ignore[attr-defined]
    provenance = manifest["provenance"]
    assert round(provenance["score"], 2) == 0.61  # type: ignore[index]
    with operation.workers.read(operation.service_id) as view:
        digests = {
            bytes(item.sha256).hex() for item in view.session.query(MediaItem).filter_by(operation_id=operation.id)
        }
    assert {source["sha256"] for source in manifest["sources"]} == digests  # type: ignore[attr-defined]
    names = str(manifest)
    assert not any(f"{country} · {role} 1" in names for country in ("EC", "PE") for role in ("specialist", "liaison"))


@pytest.mark.parametrize(
    ("doubt", "told"),
    [
        ("compromised", "Others used the account that signed this opinion: noted"),
        ("unvouched", "A vouch was withdrawn on which the examiner depended: noted"),
    ],
)
def test_a_package_prints_that_an_opinion_is_flagged_beside_the_opinion(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID, doubt: str, told: str
) -> None:
    examiner, voucher = operation.person("PE"), operation.person("EC", "liaison")
    if doubt == "compromised":
        with database.write(operation.person("PE", "country_lead")) as tx:
            remove_member(tx, operation.id, user_id=examiner, compromised=True)
    else:
        operation.change("update membership set standing = 'met' where user_id = :user", user=examiner)
        operation.vouch(examiner, voucher)
        with database.write(voucher) as tx:
            withdraw_vouch(tx, operation.id, examiner, voucher_id=voucher)

    opened = open_package(encrypted(steps, steps.sent(lead, "PE")), steps.identities["PE"])

    opinions = cast(list[dict[str, object]], opened.manifest["opinions"])
    assert [(each["country"], each["doubted_at"] is not None, each["doubt"]) for each in opinions] == [
        ("EC", False, None),
        ("PE", True, doubt),
    ]
    report = " ".join(" ".join(pdf_pages(opened.files["report.pdf"])).split())
    assert report.count(told) == 1


def test_a_package_says_what_the_file_states_and_what_was_not_looked_at(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    operation.change(
        """update media_item set lens_serial = 'L-7', software = 'firmware 2', latitude = -12.0464, longitude =
            -77.0428,
        captured_at = '2021-07-04T18:30:05+02:00', captured_subseconds = '25',
        unseen = '{end,pictures}' where operation_id = :id""",
        id=operation.id,
    )

    manifest = open_package(encrypted(steps, steps.sent(lead, "PE")), steps.identities["PE"]).manifest

    for side in ("probe", "candidate"):
        facts = [tuple(fact) for fact in manifest["provenance"][side]["facts"]]  # type: ignore[index]
        assert facts[-6:] == [
            ("Taken, as the file states", "2021-07-04T18:30:05.25+02:00"),
            ("Serial number of the lens", "L-7"),
            ("Software", "firmware 2"),
            ("Place, as the file states", "-12.046400, -77.042800"),
            ("Read in part; not looked at", "its end"),
            ("Read in part; not looked at", "further pictures in the file"),
        ]


def test_a_package_that_cannot_be_built_says_so_and_a_new_draft_is_possible(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    steps.ground(lead, "PE")
    draft = steps.draft(lead, "PE")
    operation.change(
        "update agency set package_public_key = 'age1nonsense' where id = :id", id=operation.agencies["PE"]
    )
    steps.approve(draft)

    steps.work()

    assert operation.row(Referral, draft).package_state == "failed"
    assert operation.kinds()[-1] == "package:failed"
    with database.read(operation.person("EC")) as view:
        failed = lead_history(view.session, lead).rows[0]
    assert (failed.kind, failed.payload["reason"]) == ("package:failed", "refused")
    assert (
        failed.reason
        == operation.row(Referral, draft).package_failure
        == "The receiving agency's key is not an age public key."
    )
    assert steps.draft(lead, "PE")


def test_a_package_says_how_long_an_answer_may_take_and_why_earlier_referrals_came_back(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    steps.key("CL")
    sent = steps.sent(lead, "PE")
    with database.write(operation.person("PE", "liaison")) as tx:
        return_referral(tx, sent, reason="the school is in Arica")
    steps.ground(lead, "CL")
    with database.write(operation.person("EC", "liaison")) as tx:
        onward = re_route_referral(tx, sent, to_agency_id=operation.agencies["CL"], reason="see the school")
    steps.approve(onward)
    steps.work()

    opened = open_package(encrypted(steps, onward), steps.identities["CL"])

    assert opened.manifest["answer_within_h"] == 72
    assert opened.manifest["previous_referrals"] == ["R-0001 PE re-routed: the school is in Arica"]
    report = " ".join("".join(pdf_pages(opened.files["report.pdf"])).split())
    assert "3 days from sending" in report
    assert "the school is in Arica" in report


def test_building_twice_changes_nothing(steps: ReferralSteps, operation: TestOperation, lead: UUID) -> None:
    sent = steps.sent(lead, "PE")
    before = (operation.row(Referral, sent).package_sha256, operation.kinds())
    operation.change("update job set state = 'waiting', attempt = 0 where subject_id = :id", id=sent)

    steps.work()

    assert (operation.row(Referral, sent).package_sha256, operation.kinds()) == before


def test_the_receiver_fetches_a_package_only_when_it_was_sent(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    recipient = operation.person("PE", "recipient")
    steps.ground(lead, "PE")
    draft = steps.draft(lead, "PE")
    steps.approve(draft)
    steps.work()

    with pytest.raises(NotFound), database.write(recipient) as tx:
        fetch_package(tx, draft)
    steps.send(draft)
    with database.write(recipient) as tx:
        operation_id, address = fetch_package(tx, draft)

    assert (operation_id, address) == (operation.id, operation.row(Referral, draft).package_address)
    assert operation.kinds()[-1] == "package:fetched"


def test_an_agency_sets_its_own_key_and_no_other(
    steps: ReferralSteps, operation: TestOperation, database: Database
) -> None:
    public, identity = new_recipient_keypair()

    with pytest.raises(Forbidden), database.write(operation.person("EC", "liaison")) as tx:
        set_package_key(tx, operation.agencies["PE"], public_key=public)
    with pytest.raises(Forbidden), database.write(operation.person("PE", "specialist")) as tx:
        set_package_key(tx, operation.agencies["PE"], public_key=public)
    for wrong in (identity, "age1", "not a key"):
        with pytest.raises(Invalid) as refusal, database.write(operation.person("PE", "liaison")) as tx:
            set_package_key(tx, operation.agencies["PE"], public_key=wrong)
        assert identity not in str(refusal.value.facts) + refusal.value.message
    with database.write(operation.person("PE", "recipient")) as tx:
        set_package_key(tx, operation.agencies["PE"], public_key=f" {public}\n")

    assert operation.row(Agency, operation.agencies["PE"]).package_public_key == public


def test_a_receiver_makes_a_key_and_opens_a_package_on_the_command_line(
    steps: ReferralSteps, lead: UUID, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    cli_package.register(parser.add_subparsers(required=True))
    package, identity = tmp_path / "referral.age", tmp_path / "identity"
    package.write_bytes(encrypted(steps, steps.sent(lead, "PE")))
    identity.write_text(f"# our identity\n{steps.identities['PE']}\n")

    def run(*words: str) -> str:
        arguments = parser.parse_args(words)
        assert arguments.run(arguments) == 0
        return capsys.readouterr().out

    made = run("package", "keygen", "--identity", str(tmp_path / "new"))
    asked = ["package", "open", str(package), "--identity", str(identity)]
    with pytest.raises(Invalid, match="nothing was written") as unknown:
        run(*asked)
    assert not (tmp_path / "referral").exists()
    signer = open_package(package.read_bytes(), steps.identities["PE"]).signer.hex()
    assert f"signed by {signer}" in cast("list[str]", unknown.value.facts["faults"])
    said = run(*asked, "--signer", signer)

    assert "public key age1" in made
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    assert "R-0001 of lead L-0001: Investigative lead, not an identification." in said
    assert (tmp_path / "referral" / "images" / "face-1.webp").read_bytes() == FACE + b"1"
    with pytest.raises(Invalid, match="new folder"):
        run(*asked, "--signer", signer)
    with pytest.raises(Invalid):
        run("package", "open", str(package), "--identity", str(tmp_path / "new"), "--into", str(tmp_path / "other"))


def test_the_report_speaks_the_language_of_whoever_drafted_it(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    operation.change("update app_user set language = 'es' where id = :id", id=operation.person("EC", "liaison"))

    opened = open_package(encrypted(steps, steps.sent(lead, "PE")), steps.identities["PE"])

    assert b"/Lang (es)" in opened.files["report.pdf"] or b"/Lang(es)" in opened.files["report.pdf"]
    assert opened.manifest["prepared_by"] == "EC · Liaison officer"
