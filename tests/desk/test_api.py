"""The way of a reviewer through the API, over a real server: sign in, see the queue, read, claim, write."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.desk.page import page_hash
from bot.engine.conversation import Level
from bot.sealing.keyring import time_text
from tests.casework.office import made_keyring, one_key_file
from tests.desk.library import text
from tests.desk.made_api import ROOT, SERVER, Browser, MadeDesk, roster_text
from tests.made_up import call, mailbox
from tests.sealing.made import signed


def test_a_reviewer_signs_in_sees_the_queue_claims_and_fetches_the_sealed_facts(
    desk: MadeDesk, browser: Browser
) -> None:
    case = desk.office.case()
    token = browser.sign_in("Anna")
    me = browser.ask("GET", "/api/me", token=token).json()
    assert (me["name"], me["roles"], me["member"]) == ("Anna", ["reviewer"], True)
    page = browser.ask("GET", "/api/cases", token=token).json()
    assert [row["reference"] for row in page["cases"]] == [case.reference]
    assert page["counts"]["unassigned"] == 1
    assert page["now"] == time_text(desk.office.at)
    assert page["cases"][0]["overdue"] is (page["cases"][0]["due"] < page["now"])
    claimed = browser.ask("POST", f"/api/cases/{case.reference}/claim", token=token)
    assert claimed.json()["case"]["holder"] == "Anna"
    facts = browser.ask("POST", f"/api/cases/{case.reference}/facts", token=token).json()
    detail = browser.ask("GET", f"/api/cases/{case.reference}", token=token).json()
    in_facts = [each["object"] for each in detail["index"] if each["compartment"] == "facts"]
    assert [each["object"] for each in facts["objects"]] == in_facts
    assert len(in_facts) == 2
    assert detail["now"] == time_text(desk.office.at)


def test_a_note_a_reply_and_a_nudge_are_kept_as_they_were_sealed(desk: MadeDesk, browser: Browser) -> None:
    case, file = desk.office.case(), text(one_key_file())
    box = mailbox(case.id)
    call(desk.database, "mailboxes.put", box)
    path, token = f"/api/cases/{case.reference}", browser.sign_in("Anna")
    browser.ask("POST", f"{path}/claim", token=token)
    note = browser.ask("POST", f"{path}/notes", {"object": "01" * 16, "data": file}, token=token)
    assert note.status_code == 200, note.text
    asked = {"object": "02" * 16, "mailbox": box.id.hex(), "data": file, "copy": file, "stage": "info_requested"}
    replied = browser.ask("POST", f"{path}/replies", asked, token=token)
    assert (replied.json()["case"]["stage"], replied.json()["case"]["paused"]) == ("info_requested", True)
    assert [each.data for each in call(desk.database, "replies.waiting", box.id)] == [one_key_file()]
    assert browser.ask("POST", f"{path}/nudge", {"token": "ab" * 36}, token=token).status_code == 200
    assert browser.ask("POST", f"{path}/nudge", {"token": "ab" * 36}, token=token).status_code == 409
    detail = browser.ask("GET", path, token=token).json()
    assert {each["kind"] for each in detail["index"]} == {"case_key", "answer", "note", "reply"}
    assert (detail["nudge_waiting"], detail["nudged_day"]) == (True, "2026-11-23")
    facts = browser.ask("POST", f"{path}/facts", token=token).json()["objects"]
    assert {each["object"] for each in facts if each["data"] == file} == {"01" * 16, "02" * 16}


def test_reaching_the_person_leaves_lines_and_stands_in_the_case(desk: MadeDesk, browser: Browser) -> None:
    case = desk.office.case(locale="ru")
    path, token = f"/api/cases/{case.reference}", browser.sign_in("Anna")
    browser.ask("POST", f"{path}/claim", token=token)
    written = browser.ask("POST", f"{path}/language", {"language": "sgh"}, token=token).json()["case"]
    assert (written["locale"], written["language"]) == ("ru", "sgh")
    assert browser.ask("POST", f"{path}/language", {"language": "de"}, token=token).status_code == 422
    found = browser.ask("GET", "/api/cases?language=sgh", token=token).json()["cases"]
    assert [each["reference"] for each in found] == [case.reference]
    assert browser.ask("GET", "/api/cases?language=ru", token=token).json()["cases"] == []
    for doubted in (True, False):
        said = browser.ask("POST", f"{path}/writer", {"doubted": doubted}, token=token)
        assert said.json()["case"]["compromised"] is doubted
    assert browser.ask("POST", f"{path}/tries", {"way": "some other way"}, token=token).status_code == 422
    browser.ask("POST", f"{path}/tries", {"way": "agreed"}, token=browser.sign_in("Ivo"))
    detail = browser.ask("GET", path, token=token).json()
    assert (detail["tries"], detail["unread_days"]) == ([{"day": "2026-11-23", "who": "Ivo", "way": "agreed"}], None)
    trail = browser.ask("GET", f"/api/audit?reference={case.reference}", token=token).json()["rows"]
    assert [(each["act"], each["reason"]) for each in trail][1:] == [
        ("language", "sgh"), ("writer", "doubted"), ("writer", "trusted"), ("tried", "agreed"),
    ]  # fmt: skip


def test_a_drill_that_the_page_reports_is_in_the_audit(desk: MadeDesk, browser: Browser) -> None:
    assert browser.ask("POST", "/api/me/drill", token=browser.sign_in("Anna")).json() == {}
    last = browser.ask("GET", "/api/audit", token=browser.sign_in("Olga")).json()["rows"]
    assert ("desk:Anna", "key_drill") in {(each["actor"], each["act"]) for each in last}


def test_of_a_critical_case_a_release_is_knowing_or_to_somebody(desk: MadeDesk, browser: Browser) -> None:
    case = desk.office.case(urgency=Level.CRITICAL)
    path, token = f"/api/cases/{case.reference}", browser.sign_in("Anna")
    browser.ask("POST", f"{path}/claim", token=token)
    plain = browser.ask("POST", f"{path}/release", {}, token=token)
    assert (plain.status_code, plain.json()["error"]) == (422, "invalid")
    assert "knowingly" in plain.json()["message"]
    handed = browser.ask("POST", f"{path}/release", {"to": "Ivo"}, token=token)
    assert handed.json()["case"]["holder"] == "Ivo"


def test_a_page_that_waits_hears_of_a_change_at_once_and_of_silence_after_a_while(
    desk: MadeDesk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = browser.sign_in("Anna")
    since = browser.ask("GET", "/api/changes", token=token).json()["number"]
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(browser.ask, "GET", f"/api/changes?since={since}", token=token)
        case = desk.office.case()
        heard = waits.result(20).json()
    assert heard["references"] == [case.reference]
    assert heard["number"] > since
    monkeypatch.setattr("bot.desk.watch.WAIT_SECONDS", 0.01)
    silent = browser.ask("GET", f"/api/changes?since={heard['number']}", token=token).json()
    assert silent == {"number": heard["number"], "references": []}


def test_a_page_that_waits_is_told_nothing_once_its_session_has_ended(desk: MadeDesk, browser: Browser) -> None:
    token, other = browser.sign_in("Anna"), browser.sign_in("Anna")
    since = browser.ask("GET", "/api/changes", token=token).json()["number"]
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(browser.ask, "GET", f"/api/changes?since={since}", token=token)
        while not desk.services.watch._waiting:  # noqa: SLF001
            browser.ask("GET", "/api/about")
        for seen in browser.ask("GET", "/api/sessions", token=other).json():
            if not seen["current"]:
                browser.ask("DELETE", f"/api/sessions/{seen['id']}", token=other)
        case = desk.office.case()
        told = waits.result(30)
    assert told.status_code == 401
    assert case.reference not in told.text


def test_the_desk_ends_although_a_page_waits(desk: MadeDesk) -> None:
    with desk.serving() as browser, ThreadPoolExecutor(1) as pool:
        token = browser.sign_in("Anna")
        number = browser.ask("GET", "/api/changes", token=token).json()["number"]
        waits = pool.submit(browser.ask, "GET", f"/api/changes?since={number}", token=token)
        while not desk.services.watch._waiting:  # noqa: SLF001
            browser.ask("GET", "/api/about")
        browser.stop()
        assert waits.result(20).status_code == 200


def test_a_keyring_that_comes_later_is_taken_into_use(desk: MadeDesk, browser: Browser) -> None:
    signed_text = browser.ask("GET", "/api/keyring", token=browser.sign_in("Anna")).json()["file"]
    assert signed_text.startswith('{"keyring":{')
    newer = replace(made_keyring(), serial=made_keyring().serial + 1)
    desk.keyring.write_bytes(signed(newer, ROOT))
    desk.parts.keyring.look_again()
    me = browser.ask("GET", "/api/me", token=browser.sign_in("Anna")).json()
    assert me["keyring"]["serial"] == newer.serial


def test_a_lead_edits_the_roster_and_a_slip_changes_nothing(desk: MadeDesk, browser: Browser) -> None:
    lead = browser.sign_in("Lena")
    before = browser.ask("GET", "/api/duty", token=lead).json()
    assert (before["now"], before["lead"], before["shifts"][0]["from"]) == (["Anna", "Ivo"], "Lena", "00:00")
    version = before["version"]
    for slip, said in (("00:00", "shift 1"), ("Anna", "shift 1"), ("Lena", "lead")):
        text = roster_text().replace(slip, "25:00" if slip == "00:00" else "Nobody")
        wrong = browser.ask("PUT", "/api/duty", {"text": text, "version": version}, token=lead)
        assert wrong.status_code == 422
        assert said in wrong.json()["message"]
        assert "Nobody" not in wrong.text
    assert browser.ask("GET", "/api/duty", token=lead).json() == before
    changed = {"text": roster_text().replace("Anna", "Boris"), "version": version}
    after = browser.ask("PUT", "/api/duty", changed, token=lead).json()
    assert after["now"] == after["untold"] == ["Boris", "Ivo"]
    me = browser.ask("GET", "/api/me", token=browser.sign_in("Boris")).json()
    assert (me["duty"]["now"], me["duty"]["until"]) == (True, "2026-11-23T18:59:00Z")
    late = browser.ask("PUT", "/api/duty", {"text": roster_text(), "version": version}, token=lead)
    assert (late.status_code, late.json()["error"]) == (409, "changed"), "another lead began from the same text"
    assert browser.ask("GET", "/api/duty", token=lead).json() == after
    code = browser.ask("POST", "/api/link-code", token=lead).json()
    assert len(code["code"].replace("-", "")) == 12


def test_the_words_of_every_language_are_served_with_what_babel_knows(shared: Browser) -> None:
    words = {locale: shared.ask("GET", f"/words/{locale}.json").json() for locale in ("en", "ru", "tg")}
    assert words["ru"]["months"]["wide"][0] == "январь"
    assert words["tg"]["weekdays"]["wide"] == [
        "Душанбе", "Сешанбе", "Чоршанбе", "Панҷшанбе", "Ҷумъа", "Шанбе", "Якшанбе",
    ]  # fmt: skip
    assert words["en"]["plural"][:3] == [1, 0, 1]
    assert [words["ru"]["plural"][number] for number in (1, 2, 5, 11, 21, 111, 121)] == [0, 1, 2, 2, 0, 2, 0]
    assert words["en"]["plural"][101] == 1
    assert words["tg"]["zones"]["TJ"] == ["Asia/Dushanbe"]
    assert set(words["tg"]["plural"]) == {0}
    assert words["en"]["countries"]["TJ"] == "Tajikistan"
    assert words["ru"]["date"] == words["tg"]["date"] == "dd.MM.yyyy"
    assert words["en"]["messages"] == {}
    assert shared.ask("GET", "/words/de.json").status_code == 404


def test_the_page_and_its_hash_are_those_of_the_files(shared: Browser) -> None:
    index = shared.ask("GET", "/")
    assert index.headers["content-type"] == "text/html; charset=utf-8"
    assert "/static/app.js" in index.text
    script = shared.ask("GET", "/static/app.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    about = shared.ask("GET", "/api/about").json()
    assert (about["page"]["hash"], about["server"]) == (page_hash(), SERVER)
