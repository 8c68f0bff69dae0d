"""Who somebody is: invitation, enrolment, signing in, sessions, and tries that are one too many."""

from base64 import b32decode
from dataclasses import replace
from datetime import timedelta
from os import urandom
from typing import Any

import pytest

from bot.log.events import SignInRefused
from bot.sealing import totp
from bot.sealing.keyring import time_text
from bot.sealing.proofs import enrolment_message
from bot.sealing.recipients import new_identity
from bot.sealing.signing import Signer
from bot.store.staff_values import Link
from tests.desk.made_api import ROOT, SERVER, Browser, MadeDesk
from tests.made_up import call

REFUSED = {"error": "signed_out", "message": "You are signed out, or what you showed did not hold."}


def invitation(browser: Browser, name: str = "Nora", *roles: str) -> str:
    asked = {"name": name, "roles": list(roles or ("reviewer",)), "languages": ["tg"]}
    made = browser.ask("POST", "/api/people", asked, token=browser.sign_in("Adam"))
    assert made.status_code == 200, made.text
    link = str(made.json()["link"])
    assert link.endswith(f"&root={ROOT.verifier.fingerprint}")
    return link.removeprefix(f"{SERVER}/#invite=").partition("&")[0]


def offered(browser: Browser, token: str, name: str, signer: Signer, **changes: str) -> dict[str, Any]:
    fields = {
        "recipient": new_identity(urandom).recipient.text,
        "verifier": signer.verifier.text,
        "not_after": time_text(browser.desk.office.at + timedelta(days=300)),
    }
    fields |= {key: value for key, value in changes.items() if key in fields}
    proof = enrolment_message(name=name, server=changes.get("server", SERVER), **fields)
    return {"token": token, **fields, "signature": signer.sign(proof)}


def test_an_invitation_is_spent_only_by_the_confirmed_second_factor(desk: MadeDesk, browser: Browser) -> None:
    token, signer = invitation(browser, "Nora", "reviewer", "identity"), Signer(urandom(32))
    looked = browser.ask("POST", "/api/enrolment/look", {"token": token}).json()
    assert looked["compartments"] == ["facts", "identity"]
    assert browser.ask("POST", "/api/enrolment", offered(browser, token, "Nora", signer)).status_code == 200
    # A page that was closed too early begins again with the same link.
    given = browser.ask("POST", "/api/enrolment", offered(browser, token, "Nora", signer))
    secret = b32decode(given.json()["totp_secret"])
    assert given.json()["totp_uri"].startswith("otpauth://totp/Panoh%20desk.test%3A8082:Nora?secret=")
    wrong = f"{(int(totp.code_at(secret, desk.office.at)) + 1) % 1_000_000:06d}"
    assert browser.ask("POST", "/api/enrolment/confirm", {"token": token, "totp": wrong}).status_code == 401
    code = totp.code_at(secret, desk.office.at)
    assert browser.ask("POST", "/api/enrolment/confirm", {"token": token, "totp": code}).json() == {}
    for path, body in (("/look", {"token": token}), ("/confirm", {"token": token, "totp": code})):
        assert browser.ask("POST", f"/api/enrolment{path}", body).status_code == 404
    person = call(desk.database, "people.by_name", "Nora")
    assert (person.state.value, person.invite_hash) == ("enrolled", None)
    assert secret not in person.totp
    card = browser.ask("GET", "/api/people/Nora/card", token=browser.sign_in("Adam")).json()
    assert '"compartments":["facts","identity"]' in card["card"]
    # The root has not signed: no case yet.
    me = browser.ask("GET", "/api/people", token=browser.sign_in("Adam")).json()
    assert [each["member"] for each in me if each["name"] == "Nora"] == [False]


@pytest.mark.parametrize(
    "changes",
    [{"server": "https://evil.example"}, {"not_after": "2099-01-01T00:00:00Z"}, {"not_after": "2026-01-01T00:00:00Z"}],
)
def test_an_enrolment_without_the_proof_or_with_a_wrong_time_is_refused(
    browser: Browser, changes: dict[str, str]
) -> None:
    token = invitation(browser)
    refused = browser.ask("POST", "/api/enrolment", offered(browser, token, "Nora", Signer(urandom(32)), **changes))
    assert (refused.status_code, refused.json()) == (401, REFUSED)


def test_an_invitation_is_good_for_three_days(desk: MadeDesk, browser: Browser) -> None:
    token = invitation(browser)
    desk.office.later(hours=71)
    assert browser.ask("POST", "/api/enrolment/look", {"token": token}).status_code == 200
    desk.office.later(hours=1)
    assert browser.ask("POST", "/api/enrolment/look", {"token": token}).status_code == 404


def test_a_new_invitation_shuts_out_whoever_holds_the_old_key(desk: MadeDesk, browser: Browser) -> None:
    token = browser.sign_in("Anna")
    again = browser.ask("POST", "/api/people/Anna/invitation", token=browser.sign_in("Adam"))
    assert again.status_code == 200
    assert browser.ask("GET", "/api/me", token=token).status_code == 401
    assert browser.ask("POST", "/api/sign-in", browser.proof("Anna")).status_code == 401


WRONG: dict[str, dict[str, Any]] = {
    "another's signature": {"name": "Boris"},
    "nobody's name": {"name": "Nobody"},
    "no second factor": {"totp": None},
    "a wrong code": {"totp": "000000"},
    "a challenge of nobody": {"challenge": "0" * 64},
    "another server": {"server": "https://evil.example"},
    "two second factors": {
        "passkey": {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30"}}
    },
}


@pytest.mark.parametrize("name", WRONG)
def test_whatever_does_not_hold_is_one_answer(desk: MadeDesk, browser: Browser, name: str) -> None:
    desk.office.later(seconds=60)
    changes = dict(WRONG[name])
    proof = browser.proof("Anna", server=changes.pop("server", None))
    refused = browser.ask("POST", "/api/sign-in", proof | changes)
    assert (refused.status_code, refused.json()) == (401, REFUSED)


def test_a_refused_sign_in_is_counted_in_the_log_without_name_or_place(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[object] = []
    monkeypatch.setattr("bot.log.write", written.append)
    for name in ("Anna", "Nobody", "Anna"):
        browser.ask("POST", "/api/sign-in", browser.proof("Anna") | {"name": name, "totp": "000000"})
    browser.sign_in("Anna")
    assert written == [SignInRefused(tries=1), SignInRefused(tries=2), SignInRefused(tries=3)]


def test_a_challenge_and_a_code_are_good_once_and_for_a_while(desk: MadeDesk, browser: Browser) -> None:
    proof = browser.proof("Anna")
    assert browser.ask("POST", "/api/sign-in", proof).status_code == 200
    assert browser.ask("POST", "/api/sign-in", proof).status_code == 401
    # The code was used, though the challenge is new.
    assert browser.ask("POST", "/api/sign-in", browser.proof("Anna")).status_code == 401
    late = browser.proof("Anna")
    desk.office.later(minutes=5)
    late["totp"] = browser.proof("Anna")["totp"]
    assert browser.ask("POST", "/api/sign-in", late).status_code == 401


def test_the_code_of_the_step_before_and_after_is_good_and_no_other(desk: MadeDesk, browser: Browser) -> None:
    desk.office.later(minutes=10)
    at = desk.office.at
    for steps, good in ((-2, False), (-1, True), (2, False), (1, True)):
        desk.office.at = at + steps * timedelta(seconds=totp.STEP_SECONDS)
        code = browser.proof("Anna")["totp"]
        desk.office.at = at
        answered = browser.ask("POST", "/api/sign-in", browser.proof("Anna") | {"totp": code})
        assert (answered.status_code == 200) is good, steps


def test_who_left_or_whose_key_has_run_out_does_not_get_in(desk: MadeDesk, browser: Browser) -> None:
    token = browser.sign_in("Anna")
    case = desk.office.case()
    assert browser.ask("POST", f"/api/cases/{case.reference}/claim", token=token).status_code == 200
    left = browser.ask("DELETE", "/api/people/Anna", token=browser.sign_in("Adam")).json()
    assert left == {"released": 1, "in_keyring": True, "serial": 3}
    assert desk.office.read(case).status.value == "waiting"
    assert browser.ask("GET", "/api/me", token=token).status_code == 401
    assert browser.ask("POST", "/api/sign-in", browser.proof("Anna")).status_code == 401
    desk.office.later(days=366)
    assert browser.ask("POST", "/api/sign-in", browser.proof("Boris")).status_code == 401


def test_the_token_is_new_whatever_the_request_brings(browser: Browser) -> None:
    fixed = "ab" * 32
    made = browser.ask("POST", "/api/sign-in", browser.proof("Anna"), token=fixed, Cookie=f"session={fixed}")
    assert made.json()["token"] != fixed
    assert browser.ask("GET", "/api/me", token=fixed).status_code == 401
    assert made.json()["token"] != browser.sign_in("Anna")


def test_only_the_hash_of_a_token_is_kept(desk: MadeDesk, browser: Browser, tmp_path: Any) -> None:
    token = browser.sign_in("Anna")
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("panoh.db*"))
    assert token.encode() not in kept
    assert bytes.fromhex(token) not in kept


def test_a_session_ends_after_half_an_hour_in_which_nothing_was_done_and_after_twelve_hours(
    desk: MadeDesk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.watch.WAIT_SECONDS", 0.01)
    token = browser.sign_in("Anna")
    for _ in range(2):
        desk.office.later(minutes=29)
        assert browser.ask("GET", "/api/me", token=token).status_code == 200
    for _ in range(3):
        # What the page asks by itself does not count.
        desk.office.later(minutes=10)
        assert browser.ask("GET", "/api/changes", token=token).status_code == 200
    desk.office.later(minutes=1)
    assert browser.ask("GET", "/api/me", token=token).status_code == 401
    token = browser.sign_in("Anna")
    for _ in range(29):
        desk.office.later(minutes=24)
        assert browser.ask("GET", "/api/me", token=token).status_code == 200
    desk.office.later(minutes=24)
    assert browser.ask("GET", "/api/me", token=token).status_code == 401


def test_sessions_are_listed_with_their_place_and_revoked(desk: MadeDesk, browser: Browser) -> None:
    first = browser.sign_in("Anna")
    desk.office.later(seconds=30)
    hosted = browser.ask("POST", "/api/sign-in", browser.proof("Anna"), origin=SERVER, sec_fetch_site="same-origin")
    second = hosted.json()["token"]
    listed = browser.ask("GET", "/api/sessions", token=second).json()
    assert [(each["place"], each["current"]) for each in listed] == [("local", False), ("hosted", True)]
    assert browser.ask("DELETE", f"/api/sessions/{listed[0]['id']}", token=second).json() == {}
    assert browser.ask("GET", "/api/me", token=first).status_code == 401
    admin = browser.sign_in("Adam")
    assert browser.ask("DELETE", "/api/people/Anna/sessions", token=admin).json() == {"ended": 1}
    assert browser.ask("GET", "/api/me", token=second).status_code == 401


def test_tries_are_counted_by_place_and_never_lock_an_account(desk: MadeDesk, browser: Browser) -> None:
    desk.office.later(minutes=1)
    far = {"X-Forwarded-For": "203.0.113.9"}
    for _ in range(10):
        proof = browser.proof("Anna") | {"totp": "000000"}
        assert browser.ask("POST", "/api/sign-in", proof, **far).status_code == 401
    slow = browser.ask("POST", "/api/sign-in", browser.proof("Anna"), **far)
    assert (slow.status_code, slow.json()["error"]) == (429, "slow_down")
    assert int(slow.headers["retry-after"]) > 0
    # Another name from that place waits too; the same name from another place does not.
    assert browser.ask("POST", "/api/sign-in", browser.proof("Boris"), **far).status_code == 429
    assert (
        browser.ask("POST", "/api/sign-in", browser.proof("Anna"), **{"X-Forwarded-For": "203.0.113.10"}).status_code
        == 200
    )
    desk.office.later(minutes=1)
    assert browser.ask("POST", "/api/sign-in", browser.proof("Boris"), **far).status_code == 200
    asked = [browser.ask("POST", "/api/sign-in/challenge", {"name": "Anna"}, **far).status_code for _ in range(70)]
    assert (asked[0], asked[-1]) == (200, 429)


def test_one_household_of_version_6_is_one_place(browser: Browser) -> None:
    for number in range(10):
        proof = browser.proof("Anna") | {"totp": "000000"}
        place = {"X-Forwarded-For": f"2001:db8:1:2::{number:x}"}
        assert browser.ask("POST", "/api/sign-in", proof, **place).status_code == 401
    last = {"X-Forwarded-For": "2001:db8:1:2:ffff::1"}
    assert browser.ask("POST", "/api/sign-in", browser.proof("Anna"), **last).status_code == 429


def test_only_the_proxy_that_is_named_says_for_whom_it_asks(desk: MadeDesk) -> None:
    desk.parts = replace(desk.parts, proxies=("127.0.0.2/32",))
    with desk.serving() as browser, browser.by("127.0.0.2") as proxy:
        for number in range(10):
            proof = browser.proof("Anna") | {"totp": "000000"}
            place = {"X-Forwarded-For": f"203.0.113.{number}"}
            assert browser.ask("POST", "/api/sign-in", proof, **place).status_code == 401
        # All ten came from this machine, whatever they said of themselves.
        elsewhere = {"X-Forwarded-For": "203.0.113.200"}
        assert browser.ask("POST", "/api/sign-in", browser.proof("Anna"), **elsewhere).status_code == 429
        assert proxy.ask("POST", "/api/sign-in", proxy.proof("Anna"), **elsewhere).status_code == 200


def test_an_administrator_sees_who_cannot_be_told_of_cases(desk: MadeDesk, browser: Browser) -> None:
    anna = call(desk.database, "people.by_name", "Anna").id
    call(desk.database, "links.put", Link(person_id=anna, lane=b"l" * 32, chat=b"made up"))
    listed = browser.ask("GET", "/api/people", token=browser.sign_in("Adam")).json()
    told = {each["name"]: each["told"] for each in listed}
    assert (told["Anna"], told["Boris"]) == ("yes", "cannot")
    assert "told" not in browser.ask("GET", "/api/people", token=browser.sign_in("Lena")).json()[0]


def test_every_act_on_people_is_in_the_audit(desk: MadeDesk, browser: Browser) -> None:
    invitation(browser)
    browser.ask("DELETE", "/api/people/Nora", token=browser.sign_in("Adam"))
    rows = [(row.actor, row.act, row.reason) for row in call(desk.database, "audit.page", 0, 50)]
    assert rows == [
        ("desk:Adam", "sign_in", None),
        ("desk:Adam", "invite", "Nora"),
        ("desk:Adam", "sign_in", None),
        ("desk:Adam", "offboard", "Nora"),
    ]
    seen = browser.ask("GET", "/api/audit", token=browser.sign_in("Olga")).json()
    assert [row["act"] for row in seen["rows"]][:4] == ["sign_in", "invite", "sign_in", "offboard"]
    assert seen["head"]["count"] == len(seen["rows"])
