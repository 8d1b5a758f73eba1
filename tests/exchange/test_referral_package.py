"""A package tells the receiving agency everything, tells nobody else anything, and shows every change."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import cast

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workspace.errors import Invalid
from workspace.exchange import referral_package
from workspace.exchange.referral_facts import Corroboration
from workspace.exchange.referral_package import (
    JurisdictionGround,
    OpenedPackage,
    Opinion,
    Provenance,
    ReferralFacts,
    Side,
    SourceMedium,
    build_package,
    new_recipient_keypair,
    open_package,
)

AT = datetime(2026, 11, 12, 15, 4, tzinfo=timezone(timedelta(hours=-5)))
IMAGES = {"probe.jpg": b"picture one", "candidate.jpg": b"picture two"}
SIGNING = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC, IDENTITY = new_recipient_keypair()
CREST = Corroboration("object", "School crest in two pictures.", date(2026, 11, 10), "for")
# Text that would act if any of it reached the template as code.
INJECTION = '#panic("acted") #read("/etc/passwd") #{sys.inputs} $x$ *b* _i_ @label <label> \\u{41} "]) // /* ```'


def source(label: str) -> SourceMedium:
    digests = {name: hashlib.new(name, label.encode()).hexdigest() for name in ("sha256", "md5", "sha1")}
    return SourceMedium(
        label=label, **digests, size_bytes=1234, media_type="image/jpeg", handling_code="H1", exhibit="PE-PHONE-3",
        exhibit_kind="phone", exhibit_country="PE", case_reference="12/26", seized_by="PE · police",
        device_paths=("/DCIM/100/IMG_1.jpg", "/backup/IMG_1.jpg"),
    )  # fmt: skip


def facts(**changed: object) -> ReferralFacts:
    whole = ReferralFacts(
        operation="Lantern", purpose="Identify depicted children", legal_basis="Agreement 4/2026", is_exercise=True,
        handling_code="H1", tlp="AMBER", referral="R-031", lead="L-0208", competence="protection", urgency="urgent",
        from_agency="PE police", from_country="PE", to_agency="EC child protection", to_country="EC",
        message="Please check the school.", corroboration=(CREST,), prepared_by="PE · liaison",
        approved_by="PE · country lead", prepared_at=AT, answer_within_h=8,
        previous_referrals=("R-012 (returned)",),
        provenance=Provenance(
            kind="same_face",
            probe=Side(
                "Face 1 of M-1", "PE", image="probe.jpg", source="M-1", box=(1, 2, 3, 4), age_band="7_12",
                facts=(("Camera", "serial 123"),),
            ),
            candidate=Side("Face 2 of M-2", "EC", image="candidate.jpg", source="M-2", frame_s=12.5),
            produced_at=AT, rank=1, score=0.613, threshold=0.43, age_gap_years=3, gallery="faces of the operation",
            pack_id="opencv_zoo_yunet_sface", recogniser_sha256="ab" * 32, embedding_dimension=128,
        ),
        opinions=(
            Opinion("PE · specialist", "PE police", "PE", 1, "Ear and mole agree.", AT, (("Ear", "same"),)),
            Opinion("CR · specialist", "CR police", "CR", 2, "Agree.", AT),
        ),
        grounds=(JurisdictionGround("EC", "child_residence", "protection", "School crest"),),
        sources=(source("M-1"), source("M-2")),
        caveats=("Age gap of three years.",),
    )  # fmt: skip
    return dataclasses.replace(whole, **changed)


def build(**changed: object) -> referral_package.BuiltPackage:
    return build_package(facts(**changed), IMAGES, recipient_public_key=PUBLIC, signing_key=SIGNING)


@pytest.fixture(scope="module")
def built() -> referral_package.BuiltPackage:
    return build()


@pytest.fixture(scope="module")
def opened(built: referral_package.BuiltPackage) -> OpenedPackage:
    return open_package(built.encrypted, IDENTITY)


def repacked(files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return bytes(pyrage.encrypt(out.getvalue(), [pyrage.x25519.Recipient.from_str(PUBLIC)]))


def test_the_recipient_opens_what_was_built(built: referral_package.BuiltPackage, opened: OpenedPackage) -> None:
    assert built.sha256 == hashlib.sha256(built.encrypted).digest()
    assert opened.manifest == built.manifest
    assert opened.manifest_sha256 == built.manifest_sha256 == hashlib.sha256(opened.files["manifest.json"]).digest()
    assert opened.files["images/probe.jpg"] == b"picture one"
    assert opened.signer == SIGNING.public_key().public_bytes_raw()
    assert set(opened.files) == {
        "images/candidate.jpg", "images/probe.jpg", "manifest.json", "report.pdf", "signature.json",
    }  # fmt: skip


def test_the_manifest_states_every_fact_and_every_file(opened: OpenedPackage) -> None:
    manifest = opened.manifest

    assert (manifest["format"], manifest["version"]) == ("concord-referral-package", 1)
    assert manifest["statement"] == "Investigative lead, not an identification"
    assert set(manifest) >= {field.name for field in dataclasses.fields(ReferralFacts)}
    assert manifest["provenance"]["score"] == 0.613
    assert manifest["provenance"]["recogniser_sha256"] == "ab" * 32
    assert [opinion["level"] for opinion in manifest["opinions"]] == [1, 2]
    assert manifest["sources"][0]["device_paths"] == ["/DCIM/100/IMG_1.jpg", "/backup/IMG_1.jpg"]
    assert manifest["sources"][0]["md5"] == hashlib.md5(b"M-1").hexdigest()
    assert manifest["prepared_at"] == "2026-11-12T15:04:00-05:00"
    for file in manifest["files"]:
        content = opened.files[file["name"]]
        assert (file["size_bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert len(manifest["files"]) == 3


def test_nothing_can_be_read_without_the_recipients_identity(built: referral_package.BuiltPackage) -> None:
    assert b"Lantern" not in built.encrypted
    assert b"picture one" not in built.encrypted
    for identity in (new_recipient_keypair()[1], "AGE-SECRET-KEY-NONE", ""):
        with pytest.raises(Invalid):
            open_package(built.encrypted, identity)


def test_every_page_of_the_report_says_that_it_is_a_lead_and_how_to_handle_it(
    pdf_pages: Callable[[bytes], list[str]],
) -> None:
    many = tuple(source(f"M-{number}") for number in range(1, 30))

    opened = open_package(build(sources=many).encrypted, IDENTITY)
    pages = pdf_pages(opened.files["report.pdf"])

    assert len(pages) > 4
    for number, page in enumerate(pages, start=1):
        for mark in (
            "Investigative lead, not an identification", "EXERCISE", "Lantern", "TLP:AMBER", "H1", "PE · liaison",
            "2026-11-12 15:04 UTC−5", f"page {number} of {len(pages)}",
        ):  # fmt: skip
            assert mark in page, (number, mark)


def test_a_real_operation_bears_no_exercise_mark(pdf_pages: Callable[[bytes], list[str]]) -> None:
    opened = open_package(build(is_exercise=False).encrypted, IDENTITY)

    assert not any("EXERCISE" in page for page in pdf_pages(opened.files["report.pdf"]))
    assert opened.manifest["is_exercise"] is False


def test_a_long_run_without_a_space_stays_inside_the_page(pdf_pages: Callable[[bytes], list[str]]) -> None:
    path = "/DCIM/" + "x" * 300 + ".jpg"
    changed = facts(sources=(dataclasses.replace(source("M-1"), device_paths=(path,)), source("M-2")), message=path)

    package = build_package(changed, IMAGES, recipient_public_key=PUBLIC, signing_key=SIGNING)

    text = "".join(pdf_pages(open_package(package.encrypted, IDENTITY).files["report.pdf"]))
    assert text.replace("\u200b", "").count(path) == 2


def test_the_report_says_what_the_manifest_says(opened: OpenedPackage, pdf_pages: Callable[[bytes], list[str]]) -> None:
    text = " ".join(pdf_pages(opened.files["report.pdf"]))

    for said in (
        "Please check the school.", "School crest in two pictures.", "0.613 at a threshold of 0.43, rank 1",
        "Strong support: same person", "Ear and mole agree.", "Residence of the child", "12/26",
        "not validated on children", "serial 123", hashlib.sha256(b"M-1").hexdigest(),
        hashlib.sha256(b"picture one").hexdigest(),
    ):  # fmt: skip
        assert said in text, said


def test_an_opinion_on_a_lead_without_faces_speaks_of_no_person(pdf_pages: Callable[[bytes], list[str]]) -> None:
    about_files = facts(provenance=dataclasses.replace(facts().provenance, kind="near_copy"))

    package = build_package(about_files, IMAGES, recipient_public_key=PUBLIC, signing_key=SIGNING)

    text = " ".join(pdf_pages(open_package(package.encrypted, IDENTITY).files["report.pdf"]))
    assert "Strong support: they belong together" in text
    assert "same person" not in text


def test_what_people_write_is_printed_and_never_acts(pdf_pages: Callable[[bytes], list[str]]) -> None:
    changed = facts(
        message=INJECTION,
        operation=INJECTION,
        corroboration=(dataclasses.replace(CREST, type=INJECTION, reference=INJECTION),),
        caveats=(INJECTION,),
        tlp='") #panic("x")',
    )

    package = build_package(changed, IMAGES, recipient_public_key=PUBLIC, signing_key=SIGNING)

    opened = open_package(package.encrypted, IDENTITY)
    text = " ".join(pdf_pages(opened.files["report.pdf"]))
    printed = "".join(text.replace("\u200b", "").split())  # a space is not printed where a line ends
    assert printed.count("".join(INJECTION.split())) >= 4
    assert opened.manifest["message"] == INJECTION


def test_the_report_speaks_the_readers_language(pdf_pages: Callable[[bytes], list[str]]) -> None:
    spanish = {
        "What is asked": "Qué se pide",
        "Investigative lead, not an identification": "Indicio, no identificación",
    }

    package = build_package(
        facts(), IMAGES, recipient_public_key=PUBLIC, signing_key=SIGNING, language="es",
        translate=lambda text: spanish.get(text, text),
    )  # fmt: skip

    text = " ".join(pdf_pages(open_package(package.encrypted, IDENTITY).files["report.pdf"]))
    assert "Qué se pide" in text
    assert "Indicio, no identificación" in text
    assert "What is asked" not in text
    assert package.manifest["statement"] == "Investigative lead, not an identification"


@pytest.mark.parametrize("name", ["images/probe.jpg", "report.pdf", "manifest.json"])
def test_a_changed_file_is_found(opened: OpenedPackage, name: str) -> None:
    files = dict(opened.files)
    files[name] = files[name].replace(b"o", b"0", 1)

    with pytest.raises(Invalid) as refusal:
        open_package(repacked(files), IDENTITY)
    assert refusal.value.facts["faults"] == (["signature"] if name == "manifest.json" else [f"{name} was changed"])


@pytest.mark.parametrize("name", ["images/probe.jpg", "report.pdf", "manifest.json", "signature.json"])
def test_a_missing_file_is_found(opened: OpenedPackage, name: str) -> None:
    files = {found: content for found, content in opened.files.items() if found != name}

    with pytest.raises(Invalid) as refusal:
        open_package(repacked(files), IDENTITY)
    assert refusal.value.facts["faults"] == [f"{name} is missing"]


def test_an_added_file_is_found(opened: OpenedPackage) -> None:
    with pytest.raises(Invalid) as refusal:
        open_package(repacked({**opened.files, "images/more.jpg": b"x"}), IDENTITY)
    assert refusal.value.facts["faults"] == ["images/more.jpg is not in the manifest"]


@pytest.mark.parametrize("name", ["../up.jpg", "images/../../up", "/abs", "images/", "other.txt", "images/a/b.jpg"])
def test_a_name_that_no_package_has_is_refused(opened: OpenedPackage, name: str) -> None:
    with pytest.raises(Invalid, match="does not belong in a package"):
        open_package(repacked({**opened.files, name: b"x"}), IDENTITY)


def test_what_unpacks_without_bound_is_refused(opened: OpenedPackage, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid, match="compressed"):
        open_package(repacked({**opened.files, "images/bomb.jpg": bytes(10_000_000)}, zipfile.ZIP_DEFLATED), IDENTITY)
    monkeypatch.setattr(referral_package, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(Invalid, match="larger"):
        open_package(repacked(dict(opened.files)), IDENTITY)


def test_what_is_no_archive_is_refused() -> None:
    recipient = pyrage.x25519.Recipient.from_str(PUBLIC)
    with pytest.raises(Invalid, match="damaged"):
        open_package(bytes(pyrage.encrypt(b"no archive", [recipient])), IDENTITY)
    with pytest.raises(Invalid, match="cannot be opened"):
        open_package(b"no age file", IDENTITY)


def test_a_package_signed_by_another_installation_is_found(opened: OpenedPackage) -> None:
    other = Ed25519PrivateKey.generate()
    package = build_package(facts(), IMAGES, recipient_public_key=PUBLIC, signing_key=other)

    assert open_package(package.encrypted, IDENTITY).signer == other.public_key().public_bytes_raw()
    with pytest.raises(Invalid, match="another installation"):
        open_package(package.encrypted, IDENTITY, signer=opened.signer)


def test_a_signature_over_something_else_does_not_fit(opened: OpenedPackage) -> None:
    signature = json.loads(opened.files["signature.json"])
    signature["signature"] = SIGNING.sign(opened.manifest_sha256).hex()  # the same key, without what binds it

    with pytest.raises(Invalid, match="signature"):
        open_package(repacked({**opened.files, "signature.json": json.dumps(signature).encode()}), IDENTITY)
    with pytest.raises(Invalid, match="signature"):
        open_package(repacked({**opened.files, "signature.json": b"[]"}), IDENTITY)


@pytest.mark.parametrize(
    ("manifest", "fault"),
    [
        (b"", "manifest: "), (b"[]", "manifest: "), (b"[" * 100_000, "manifest: "), (b"\xff", "manifest: "),
        (b"{}", "manifest.format: "), ({"files": None}, "manifest.files: "), ({"referral": 7}, "manifest.referral: "),
        ({"files": [{"name": "report.pdf"}]}, "manifest.files.0.size_bytes: "), ({"version": 2}, "manifest.version: "),
    ],
)  # fmt: skip
def test_a_signed_manifest_that_is_none_is_refused_in_a_sentence(
    opened: OpenedPackage, manifest: bytes | dict[str, object], fault: str
) -> None:
    written = manifest if isinstance(manifest, bytes) else json.dumps(opened.manifest | manifest).encode()
    digest = hashlib.sha256(written).digest()
    signature = json.loads(opened.files["signature.json"]) | {
        "manifest_sha256": digest.hex(), "signature": SIGNING.sign(b"concord referral package v1\n" + digest).hex()
    }  # fmt: skip
    files = {**opened.files, "manifest.json": written, "signature.json": json.dumps(signature).encode()}

    with pytest.raises(Invalid, match="none that this version understands") as refusal:
        open_package(repacked(files), IDENTITY)
    assert any(str(each).startswith(fault) for each in cast("list[str]", refusal.value.facts["faults"]))


def test_the_same_facts_give_the_same_manifest() -> None:
    assert build().manifest_sha256 == build().manifest_sha256


def test_facts_that_do_not_fit_together_are_refused_with_every_fault() -> None:
    wrong = facts(
        opinions=(Opinion("PE · specialist", "PE police", "PE", 6, "", AT),),
        sources=(dataclasses.replace(source("M-2"), md5="none"),),
        prepared_at=datetime(2026, 11, 12),
    )

    with pytest.raises(Invalid) as refusal:
        build_package(wrong, {"../x": b""}, recipient_public_key=PUBLIC, signing_key=SIGNING)

    assert refusal.value.facts["faults"] == [
        "'../x' is not a name for an image",
        "the image 'probe.jpg' of Face 1 of M-1 was not given",
        "the source 'M-1' of Face 1 of M-1 was not given",
        "the image 'candidate.jpg' of Face 2 of M-2 was not given",
        "6 is not a level of an opinion",
        "'none' of M-2 is not a digest",
        "the time of preparation has no zone",
    ]


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(Invalid, match="age public key"):
        build_package(facts(), IMAGES, recipient_public_key="age1none", signing_key=SIGNING)


def test_a_lead_without_a_face_or_score_has_a_report_too(pdf_pages: Callable[[bytes], list[str]]) -> None:
    bare = Provenance(kind="clue", probe=Side("Clue 7", "PE"), candidate=Side("Series 4", "EC"), produced_at=AT)

    package = build_package(
        facts(provenance=bare, opinions=(), grounds=(), sources=(), caveats=(), answer_within_h=72, approved_by=None,
              previous_referrals=(), prepared_at=AT.astimezone(UTC)),
        {}, recipient_public_key=PUBLIC, signing_key=SIGNING,
    )  # fmt: skip

    assert "2026-11-12 20:04 UTC" in pdf_pages(open_package(package.encrypted, IDENTITY).files["report.pdf"])[0]
