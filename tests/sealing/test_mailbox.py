import threading
from os import urandom

import pytest

from bot.errors import OpeningError
from bot.sealing.code import Code, new_code, parse_code
from bot.sealing.envelope import seal
from bot.sealing.header import ObjectKind
from bot.sealing.mailbox import Mailbox, derive, open_capsule, open_reply, seal_capsule
from bot.sealing.recipients import new_identity
from bot.sealing.reply import Reply
from bot.sealing.signing import Signer
from tests.sealing.made import CASE, OBJECT, header, keyring, member

MAILBOX = Mailbox.from_secret(bytes(range(32)))
PLACE = header(kind=ObjectKind.REPLY)
READER = new_identity(urandom)
RING = keyring(member("Reader", READER))


def reply(author: str = "Reader", signer: Signer | None = None, case: bytes = CASE) -> Reply:
    made = Reply(author=author, day="2026-11-25", words="made up", fingerprint="0001 0002 0003 0004")
    return made.signed(signer or Signer(READER.seed), case, OBJECT)


def test_the_code_in_any_form_leads_to_one_mailbox() -> None:
    code = Code(bytes(11))
    salt = bytes(range(32))
    again = parse_code(code.words("ru"))
    assert again is not None
    assert derive(code, salt).id == derive(again, salt).id
    assert derive(code, bytes(32)).id != derive(code, salt).id


def test_a_mailbox_is_made_again_from_what_a_draft_kept() -> None:
    again = Mailbox.from_secret(MAILBOX.secret)
    assert (again.id, again.capsule_key, again.recipient) == (MAILBOX.id, MAILBOX.capsule_key, MAILBOX.recipient)


def test_a_mailbox_shows_its_secrets_nowhere() -> None:
    shown = repr(MAILBOX)
    assert MAILBOX.secret.hex() not in shown
    assert repr(MAILBOX.secret) not in shown
    assert repr(MAILBOX.capsule_key) not in shown


def test_a_capsule_opens_for_its_mailbox_only() -> None:
    capsule = seal_capsule(MAILBOX.id, MAILBOX.capsule_key, b"state", urandom)
    assert open_capsule(MAILBOX.id, MAILBOX.capsule_key, capsule) == b"state"
    with pytest.raises(OpeningError):
        open_capsule(bytes(16), MAILBOX.capsule_key, capsule)
    with pytest.raises(OpeningError):
        open_capsule(MAILBOX.id, bytes(32), capsule)


def test_a_reply_of_a_member_is_read() -> None:
    data = seal(PLACE, reply().to_bytes(), [MAILBOX.recipient], urandom)
    assert open_reply(MAILBOX, data, PLACE, RING).words == "made up"


@pytest.mark.parametrize(
    "wrong",
    [
        reply(signer=Signer(bytes(32))),
        reply(author="Somebody"),
        reply(case=bytes(16)),
        Reply(author="Reader", day="", words="", fingerprint=""),
    ],
    ids=["other key", "no member", "other case", "unsigned"],
)
def test_a_reply_that_no_member_signed_for_this_place_is_refused(wrong: Reply) -> None:
    data = seal(PLACE, wrong.to_bytes(), [MAILBOX.recipient], urandom)
    with pytest.raises(OpeningError):
        open_reply(MAILBOX, data, PLACE, RING)


def test_a_body_that_is_no_reply_is_refused() -> None:
    data = seal(PLACE, b"{}", [MAILBOX.recipient], urandom)
    with pytest.raises(OpeningError):
        open_reply(MAILBOX, data, PLACE, RING)


def test_a_salt_of_another_size_is_a_wrong_program() -> None:
    with pytest.raises(AssertionError):
        derive(Code(bytes(11)), b"short")


def test_two_people_with_codes_at_once_do_not_wait_for_each_other_for_ever() -> None:
    """Two derivations at the same time once stood still for good, and with them everybody's codes."""
    found: list[Mailbox] = []
    codes = [new_code(urandom) for _ in range(3)]
    threads = [
        threading.Thread(target=lambda code=code: found.append(derive(code, bytes(32))), daemon=True) for code in codes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 3
