"""The way of a reviewer through the API, over a real server: sign in, see the queue, read, claim, write."""

from tests.desk.made_api import Browser, MadeDesk


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
    claimed = browser.ask("POST", f"/api/cases/{case.reference}/claim", token=token)
    assert claimed.json()["case"]["holder"] == "Anna"
    facts = browser.ask("POST", f"/api/cases/{case.reference}/facts", token=token).json()
    detail = browser.ask("GET", f"/api/cases/{case.reference}", token=token).json()
    in_facts = [each["object"] for each in detail["index"] if each["compartment"] == "facts"]
    assert [each["object"] for each in facts["objects"]] == in_facts
    assert len(in_facts) == 2
