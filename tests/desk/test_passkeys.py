"""A passkey in the place of a code: made while signed in, bound to this address, good for one challenge."""

from typing import Any

import pytest

from tests.desk.made_api import SERVER, Browser, MadeDesk
from tests.desk.made_passkey import MadePasskey
from tests.made_up import call

DOMAIN = "desk.test"


def made(browser: Browser, name: str = "Anna", **changes: str) -> MadePasskey:
    passkey = MadePasskey(**{"origin": SERVER, "domain": DOMAIN, **changes})
    token = browser.sign_in(name)
    options = browser.ask("POST", "/api/passkeys/options", token=token).json()["options"]
    kept = browser.ask("POST", "/api/passkeys", passkey.create(options), token=token)
    assert kept.status_code == 200, kept.text
    return passkey


def sign_in(browser: Browser, name: str, passkey: dict[str, Any]) -> Any:
    proof = browser.proof(name)
    del proof["totp"]
    return browser.ask("POST", "/api/sign-in", proof | {"passkey": passkey})


def options_for(browser: Browser, name: str = "Anna") -> dict[str, Any]:
    found: dict[str, Any] = browser.ask("POST", "/api/sign-in/passkey-options", {"name": name}).json()["options"]
    return found


def test_a_passkey_stands_for_the_code_and_its_answer_is_good_once(desk: MadeDesk, browser: Browser) -> None:
    passkey = made(browser)
    answer = passkey.get(options_for(browser))
    done = sign_in(browser, "Anna", answer)
    assert done.status_code == 200, done.text
    assert browser.ask("GET", "/api/me", token=done.json()["token"]).json()["name"] == "Anna"
    assert sign_in(browser, "Anna", answer).status_code == 401
    assert sign_in(browser, "Anna", passkey.get(options_for(browser))).status_code == 200
    acts = [(row.act, row.reason) for row in call(desk.database, "audit.page", 0, 20)]
    assert ("enrol", "passkey") in acts


def test_a_passkey_is_its_person_s_only(browser: Browser) -> None:
    passkey = made(browser)
    assert sign_in(browser, "Boris", passkey.get(options_for(browser, "Boris"))).status_code == 401
    assert sign_in(browser, "Anna", MadePasskey(SERVER, DOMAIN).get(options_for(browser))).status_code == 401


def test_a_passkey_without_the_key_of_the_person_is_nothing(browser: Browser) -> None:
    passkey = made(browser)
    stolen = browser.proof("Boris") | {"name": "Anna", "passkey": passkey.get(options_for(browser))}
    del stolen["totp"]
    assert browser.ask("POST", "/api/sign-in", stolen).status_code == 401


@pytest.mark.parametrize("changed", ["origin", "domain", "unverified", "challenge", "signature"])
def test_an_answer_for_elsewhere_or_of_nobody_is_refused(browser: Browser, changed: str) -> None:
    passkey, options = made(browser), options_for(browser)
    if changed == "origin":
        passkey.origin = "https://evil.example"
    if changed == "domain":
        passkey.domain = "evil.example"
    if changed == "challenge":
        options["challenge"] = "A" * 43
    answer = passkey.get(options, verified=changed != "unverified")
    if changed == "signature":
        answer["response"]["signature"] = answer["response"]["authenticatorData"]
    assert sign_in(browser, "Anna", answer).status_code == 401


def test_a_new_passkey_for_elsewhere_or_for_an_old_challenge_is_refused(desk: MadeDesk, browser: Browser) -> None:
    token = browser.sign_in("Anna")
    options = browser.ask("POST", "/api/passkeys/options", token=token).json()["options"]
    evil = MadePasskey("https://evil.example", DOMAIN).create(options)
    assert browser.ask("POST", "/api/passkeys", evil, token=token).status_code == 401
    passkey = MadePasskey(SERVER, DOMAIN)
    assert browser.ask("POST", "/api/passkeys", passkey.create(options), token=token).status_code == 200
    again = MadePasskey(SERVER, DOMAIN)
    assert browser.ask("POST", "/api/passkeys", again.create(options), token=token).status_code == 409


def test_who_has_a_passkey_cannot_be_asked(browser: Browser) -> None:
    made(browser)
    anna, nobody = options_for(browser), options_for(browser, "Nobody")
    assert {**anna, "challenge": ""} == {**nobody, "challenge": ""}
    assert anna["allowCredentials"] == []


def test_an_invitation_anew_takes_the_passkeys_away(desk: MadeDesk, browser: Browser) -> None:
    made(browser)
    browser.ask("POST", "/api/people/Anna/invitation", token=browser.sign_in("Adam"))
    assert call(desk.database, "passkeys.of_person", call(desk.database, "people.id_of", "Anna")) == ()
