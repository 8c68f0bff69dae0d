import json
from os import urandom
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.conversation import Compartment
from bot.errors import EnvelopeError, OpeningError
from bot.offline.cases import open_case
from bot.sealing.case import CaseKeyFile
from bot.sealing.envelope import seal
from bot.sealing.header import Header, ObjectKind
from bot.sealing.note import Note
from bot.sealing.proofs import Rewrap
from bot.sealing.receipt import fingerprint
from bot.sealing.recipients import new_identity
from bot.sealing.reply import Reply
from bot.sealing.signing import Signer
from tests.offline.made_case import DAY, MadeCase
from tests.sealing.made import CASE, DEPLOYMENT, keyring, member

FACTS, IDENTITY = Compartment.FACTS, Compartment.IDENTITY


@pytest.fixture
def case(tmp_path: Path) -> MadeCase:
    made = MadeCase(tmp_path)
    made.answer("Задержали вчера", node="F1")
    made.answer("second part", node="F2", part=1)
    made.answer("first part", node="F2", part=0)
    made.answer("@made_up_handle", node="E4", compartment=IDENTITY)
    return made


def problems(opened: dict[str, object]) -> set[tuple[str, str]]:
    found = opened["problems"]
    assert isinstance(found, list)
    return {(problem["object"], problem["problem"]) for problem in found}


def test_a_case_opens_as_the_contract_says(case: MadeCase) -> None:
    case.send()
    opened = open_case(case.write(), [case.facts, case.identity])
    assert opened["problems"] == []
    assert (opened["reference"], opened["conversation"], opened["version"]) == ("PN-0000-TEST", "reprisal", "1")
    assert (opened["locale"], opened["urgency"], opened["reasons"]) == ("ru", "critical", ["R1"])
    assert [(row["node"], row["compartment"], row["value"]) for row in opened["answers"]] == [
        ("A3", "facts", "yes_now"),
        ("C1", "facts", ["threats", "travel"]),
        ("F1", "facts", "today"),
        ("F1", "facts", "Задержали вчера"),
        ("F2", "facts", "first part\nsecond part"),
        ("E4", "identity", "@made_up_handle"),
    ]
    first = opened["answers"][0]
    assert set(first) >= {"node", "compartment", "kind", "value", "question", "locale", "received_day"}
    assert (first["question"], first["labels"], first["received_day"]) == ("Question A3?", ["YES_NOW"], "2026-11-23")
    assert [(row["node"], row["value"], row["withdrawn_day"]) for row in opened["consents"]] == [
        ("L0", "yes", None),
        ("L2", "yes", None),
    ]
    assert set(opened) >= {"attachments", "messages"}
    json.dumps(opened)


def test_one_key_opens_its_compartment_and_names_the_other(case: MadeCase) -> None:
    case.send()
    opened = open_case(case.write(), [case.facts])
    assert opened["sealed"] == ["identity"]
    assert {row["compartment"] for row in opened["answers"]} == {"facts"}
    assert open_case(case.directory, [case.identity])["sealed"] == ["facts"]


def test_a_stranger_opens_nothing(case: MadeCase) -> None:
    case.send()
    with pytest.raises(OpeningError):
        open_case(case.write(), [new_identity(urandom)])


def test_the_latest_manifest_rules_and_what_it_left_out_is_history(case: MadeCase) -> None:
    case.send()
    case.listed[FACTS] = case.listed[FACTS][1:]
    case.answer("Задержали позавчера", node="F1")
    case.send(urgency="high")
    opened = open_case(case.write(), [case.facts])
    assert opened["problems"] == []
    assert opened["urgency"] == "high"
    words = [row["value"] for row in opened["answers"] if row["node"] == "F1" and not row["labels"]]
    assert words == ["Задержали позавчера"]


def test_the_receipt_words_are_those_of_the_latest_facts_manifest(case: MadeCase) -> None:
    case.send()
    case.send()
    opened = open_case(case.write(), [case.facts])
    receipt = fingerprint(case.keys.tag_key, case.previous[FACTS])
    assert opened["fingerprint"] == {
        "en": receipt.words("en"),
        "ru": receipt.words("ru"),
        "digits": receipt.digits(),
    }


def test_a_missing_answer_is_named_and_the_rest_is_read(case: MadeCase) -> None:
    case.send()
    lost = case.listed[FACTS][0].object
    case.file(lost).unlink()
    opened = open_case(case.write(), [case.facts])
    assert problems(opened) == {(lost.hex(), "missing")}
    assert "first part\nsecond part" in [row["value"] for row in opened["answers"]]


def test_an_answer_left_out_of_the_index_is_missing(case: MadeCase) -> None:
    case.send()
    lost = case.listed[FACTS][0].object
    case.index = [entry for entry in case.index if entry["object"] != lost.hex()]
    assert (lost.hex(), "missing") in problems(open_case(case.write(), [case.facts]))


def test_a_swapped_answer_is_named_and_not_shown(case: MadeCase) -> None:
    case.send()
    one, other = (listed.object for listed in case.listed[FACTS][:2])
    case.file(one).write_bytes(case.file(other).read_bytes())
    opened = open_case(case.write(), [case.facts])
    assert problems(opened) == {(one.hex(), "swapped")}


def test_an_answer_that_no_manifest_lists_is_shown_as_unproven_only(case: MadeCase) -> None:
    case.send()
    foreign = case.answer("put in by somebody else")
    opened = open_case(case.write(), [case.facts])
    assert problems(opened) == {(foreign.hex(), "foreign")}
    assert [row["value"] for row in opened["unproven"]] == ["put in by somebody else"]
    assert "put in by somebody else" not in [row["value"] for row in opened["answers"]]


def test_a_file_that_the_index_does_not_know_is_named(case: MadeCase) -> None:
    case.send()
    (case.directory / "stray.age").write_bytes(b"")
    assert problems(open_case(case.write(), [case.facts])) == {("stray.age", "foreign")}


def test_a_manifest_with_another_tag_counts_for_nothing(case: MadeCase) -> None:
    case.send()
    forged = case.send(tag_key=bytes(32), urgency="routine")
    opened = open_case(case.write(), [case.facts, case.identity])
    assert opened["urgency"] == "critical"
    assert problems(opened) == {(name.hex(), "unproven") for name in forged.values()}


def test_a_missing_link_of_the_chain_is_named_and_the_latest_still_read(case: MadeCase) -> None:
    first = case.send()
    second = case.send()
    third = case.send()
    for gone in (first[FACTS], second[FACTS]):
        case.index = [entry for entry in case.index if entry["object"] != gone.hex()]
        case.file(gone).unlink()
    opened = open_case(case.write(), [case.facts])
    assert problems(opened) == {(third[FACTS].hex(), "missing")}
    assert opened["problems"][0]["note"] == "before this manifest, number 1 to 2 is missing"
    assert opened["answers"]


def test_a_second_chain_is_named(case: MadeCase) -> None:
    case.send()
    case.previous = dict.fromkeys(Compartment, b"\x09" * 32)
    second = case.send()
    assert (second[FACTS].hex(), "swapped") in problems(open_case(case.write(), [case.facts]))


def test_an_identity_manifest_held_back_shows_in_the_facts(case: MadeCase) -> None:
    names = case.send()
    case.index = [entry for entry in case.index if entry["object"] != names[IDENTITY].hex()]
    case.file(names[IDENTITY]).unlink()
    assert (CASE.hex(), "missing") in problems(open_case(case.write(), [case.facts]))


def test_another_case_or_deployment_in_the_index_opens_nothing(case: MadeCase) -> None:
    case.send()
    for place in ({"case": bytes(16).hex()}, {"deployment": bytes(16).hex()}):
        with pytest.raises(OpeningError):
            open_case(case.write(**place), [case.facts])


def test_the_reference_of_another_case_is_named(case: MadeCase) -> None:
    case.send()
    assert (CASE.hex(), "swapped") in problems(open_case(case.write(reference="PN-1111-TEST"), [case.facts]))


def test_a_withdrawn_consent_counts_at_once_and_one_from_somebody_else_never(case: MadeCase) -> None:
    case.send()
    case.change("L2", granted=False, day="2026-11-24")
    forged = case.change("L0", granted=False, day="2026-11-24", tag_key=bytes(32))
    opened = open_case(case.write(), [case.facts])
    assert {row["node"]: row["withdrawn_day"] for row in opened["consents"]} == {"L0": None, "L2": "2026-11-24"}
    assert problems(opened) == {(forged.hex(), "unproven")}


def test_the_last_of_several_changes_holds(case: MadeCase) -> None:
    case.send()
    case.change("L2", granted=True, day="2026-11-25")
    case.change("L2", granted=False, day="2026-11-24")
    (row,) = [row for row in open_case(case.write(), [case.facts])["consents"] if row["node"] == "L2"]
    assert (row["withdrawn_day"], row["received_day"]) == (None, "2026-11-25")


@pytest.mark.parametrize("given_again", [False, True])
def test_on_one_day_a_change_rules_over_the_sending_before_it_and_yields_to_the_one_after_it(
    case: MadeCase, *, given_again: bool
) -> None:
    case.send()
    case.change("L2", granted=False, day=DAY)
    if given_again:
        case.send()
    rows = {row["node"]: row["withdrawn_day"] for row in open_case(case.write(), [case.facts])["consents"]}
    assert rows == {"L0": None, "L2": None if given_again else DAY}


def test_a_change_moved_behind_a_later_sending_is_named_and_counts_for_nothing(case: MadeCase) -> None:
    case.send()
    moved = case.change("L2", granted=False, day=DAY)
    case.send()
    case.index[-3]["number"] = 2
    opened = open_case(case.write(), [case.facts])
    assert problems(opened) == {(moved.hex(), "unreadable")}
    assert {row["withdrawn_day"] for row in opened["consents"]} == {None}


def test_copies_of_replies_are_the_messages(case: MadeCase) -> None:
    case.send()
    name = urandom(16)
    place = Header(kind=ObjectKind.REPLY, deployment=DEPLOYMENT, case=CASE, object=name)
    body = Reply(author="Reader", day="2026-11-25", words="made up", fingerprint="0001").to_bytes()
    case.add(name, "reply", FACTS, seal(place, body, [case.keys.keys.facts], urandom))
    opened = open_case(case.write(), [case.facts])
    assert [(row["author"], row["value"]) for row in opened["messages"]] == [("Reader", "made up")]


def test_notes_are_shown_and_who_signed_is_said_where_there_is_a_keyring(case: MadeCase) -> None:
    case.send()
    reader, stranger = new_identity(urandom), new_identity(urandom)
    for signer in (reader, stranger):
        name = urandom(16)
        place = Header(kind=ObjectKind.NOTE, deployment=DEPLOYMENT, case=CASE, object=name)
        note = Note(author="Reader", day="2026-11-25", words="made up").signed(Signer(signer.seed), CASE, name)
        case.add(name, "note", FACTS, seal(place, note.to_bytes(), [case.keys.keys.facts], urandom))
    ring = keyring(member("Reader", reader))
    opened = open_case(case.write(), [case.facts], ring)
    assert [(row["author"], row["value"], row["signed"]) for row in opened["notes"]] == [
        ("Reader", "made up", True),
        ("Reader", "made up", False),
    ]
    assert opened["problems"] == []
    assert [row["signed"] for row in open_case(case.directory, [case.facts])["notes"]] == [None, None]


def test_a_case_key_sealed_anew_is_named_unless_a_member_signed_it(case: MadeCase) -> None:
    case.send()
    lead, other = new_identity(urandom), new_identity(urandom)
    ring = keyring(member("Lead", lead), member("Other", other))
    name = urandom(16)
    file = CaseKeyFile(
        deployment=DEPLOYMENT,
        case=CASE,
        compartment=FACTS,
        recipients=1,
        tag_key=case.keys.tag_key,
        identity=case.keys.facts,
    )
    place = Header(kind=ObjectKind.CASE_KEY, deployment=DEPLOYMENT, case=CASE, object=name, seq=2)
    data = seal(place, file.to_text().encode(), [lead.recipient], urandom)
    case.add(name, "case_key", FACTS, data, number=2)
    message = Rewrap(case=CASE, compartment=FACTS, object=name, version=2, serial=3).message(data)
    said = {
        "object": name.hex(),
        "version": 2,
        "serial": 3,
        "author": "Lead",
        "signature": Signer(lead.seed).sign(message),
    }
    assert problems(open_case(case.write(rewraps=[said]), [lead], ring)) == set()
    for wrong in ([], [{**said, "author": "Other"}], [{**said, "serial": 4}]):
        assert problems(open_case(case.write(rewraps=wrong), [lead], ring)) == {(name.hex(), "keys")}
    for past in ({**said, "author": "Gone", "serial": 2}, {**said, "author": "Other", "serial": 2}):
        assert problems(open_case(case.write(rewraps=[past]), [lead], ring)) == {(name.hex(), "author_gone")}
    assert problems(open_case(case.directory, [lead])) == set()


def test_each_answer_says_since_which_sending_it_stands(case: MadeCase) -> None:
    case.send()
    case.answer("put in later", node="L2")
    case.send()
    rows = open_case(case.write(), [case.facts])["answers"]
    assert {row["node"]: row["sending"] for row in rows} == {"A3": 1, "C1": 1, "F1": 1, "F2": 1, "L2": 2}


def test_a_case_key_with_a_stanza_too_few_is_named(case: MadeCase) -> None:
    case.send()
    file = CaseKeyFile(
        deployment=DEPLOYMENT,
        case=CASE,
        compartment=FACTS,
        recipients=3,
        tag_key=case.keys.tag_key,
        identity=case.keys.facts,
    )
    name = urandom(16)
    place = Header(kind=ObjectKind.CASE_KEY, deployment=DEPLOYMENT, case=CASE, object=name, seq=2)
    data = seal(place, file.to_text().encode(), [case.facts.recipient], urandom)
    case.add(name, "case_key", FACTS, data, number=2)
    assert problems(open_case(case.write(), [case.facts])) == {(name.hex(), "keys")}


def test_a_directory_without_a_case_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvelopeError, match=r"case\.json is missing"):
        open_case(tmp_path, [new_identity(urandom)])


@given(st.binary(max_size=200))
def test_any_index_is_read_or_refused_with_our_own_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    directory = tmp_path_factory.mktemp("case")
    (directory / "case.json").write_bytes(data)
    with pytest.raises(EnvelopeError):
        open_case(directory, [])


@pytest.mark.parametrize(
    "change",
    [{"object": "../../etc"}, {"kind": "other"}, {"compartment": "all"}, {"number": -1}, {"day": 5}],
    ids=["object", "kind", "compartment", "number", "day"],
)
def test_a_wrong_line_of_the_index_is_named(case: MadeCase, change: dict[str, object]) -> None:
    case.index[0] = {**case.index[0], **change}
    with pytest.raises(EnvelopeError, match=f"damaged: {next(iter(change))}"):
        open_case(case.write(), [case.facts])


def test_any_changed_byte_of_any_file_is_found(case: MadeCase) -> None:
    case.send()
    case.write()
    for path in sorted(case.directory.glob("*.age")):
        data = path.read_bytes()
        for place in range(0, len(data), 997):
            changed = bytearray(data)
            changed[place] ^= 1
            path.write_bytes(bytes(changed))
            try:
                opened = open_case(case.directory, [case.facts, case.identity])
            except OpeningError:
                continue
            assert opened["problems"] or opened["sealed"]
        path.write_bytes(data)
    assert open_case(case.directory, [case.facts, case.identity])["problems"] == []
