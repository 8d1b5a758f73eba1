"""An agency's key for packages on screen and over REST: its own people set it, with a fresh passkey, and no token
does."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.http_client import Browser
from tests.support.operation import TestOperation
from workspace.exchange.referral_package import new_recipient_keypair
from workspace.model import Agency


def test_a_liaison_officer_sets_the_key_on_the_page_of_referrals(
    operation: TestOperation, signed_in: Callable[[int], Browser]
) -> None:
    public, identity = new_recipient_keypair()
    browser = signed_in(operation.person("EC", "liaison"))
    path, page = f"/api/v1/agencies/{operation.agencies['EC']}/package-key", f"/operations/{operation.id}/referrals"
    assert "nothing can be referred to your agency yet" in browser.get(page).get_data(as_text=True)

    refused = browser.post(path, {"public_key": identity})
    taken = browser.post(path, {"public_key": public})

    assert refused.status_code == 422
    assert identity not in refused.get_data(as_text=True)
    assert taken.status_code == 200
    assert operation.row(Agency, operation.agencies["EC"]).package_public_key == public
    assert "encrypted with it" in browser.get(page).get_data(as_text=True)


def test_a_session_whose_passkey_is_old_is_asked_for_it_again(
    operation: TestOperation, signed_in: Callable[[int], Browser]
) -> None:
    browser = signed_in(operation.person("EC", "liaison"))
    operation.change(
        "update session set created_at = created_at - interval '1 day', stepped_up_at = stepped_up_at - interval '1 "
        "day' "
        "where user_id = :id",
        id=operation.person("EC", "liaison"),
    )

    answer = browser.post(
        f"/api/v1/agencies/{operation.agencies['EC']}/package-key", {"public_key": new_recipient_keypair()[0]}
    )

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "step_up_needed")
    assert operation.row(Agency, operation.agencies["EC"]).package_public_key is None


def test_a_specialist_is_not_offered_the_form(operation: TestOperation, signed_in: Callable[[int], Browser]) -> None:
    page = signed_in(operation.person("EC")).get(f"/operations/{operation.id}/referrals").get_data(as_text=True)

    assert "Public key for packages" in page
    assert "package-key" not in page
