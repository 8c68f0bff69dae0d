"""The demo's staff: people who exist for an afternoon, enrolled the way everybody is, and who of them is on duty."""

from base64 import b32decode
from collections.abc import Mapping
from datetime import timedelta

from bot.app.desk import DeskParts
from bot.casework.actor import Actor
from bot.casework.enrolment import OfferedKey
from bot.casework.words import Role
from bot.demo.keys import COLLEAGUE, REVIEWER, ThrowAway
from bot.ids import Now
from bot.offline.keyfiles import Key
from bot.sealing import totp
from bot.sealing.keyring import time_text
from bot.sealing.proofs import enrolment_message

ROLES: Mapping[str, tuple[Role, ...]] = {REVIEWER: tuple(Role), COLLEAGUE: (Role.REVIEWER,)}
"""The reviewer may do everything, so that a visitor sees every view; nobody real should."""
LANGUAGES = ("en", "ru", "tg")
ROSTER = f"""# Who is told of a case, and when. The lead edits this at the desk.
zone = "Asia/Dushanbe"
lead = "{REVIEWER}"
digest = ["08:00", "20:00"]

[[shift]]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
from = "00:00"
until = "12:00"
identity = true
people = ["{REVIEWER}", "{COLLEAGUE}"]

[[shift]]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
from = "12:00"
until = "00:00"
identity = true
people = ["{REVIEWER}", "{COLLEAGUE}"]
"""


def enrol(desk: DeskParts, keys: ThrowAway, *, now: Now) -> Mapping[str, bytes]:
    """Invite and enrol everybody; returns the secrets of their second factors, by name."""
    return {key.name: _enrolled(desk, key, now) for key in (keys.reviewer, keys.colleague)}


def _enrolled(desk: DeskParts, key: Key, now: Now) -> bytes:
    services = desk.services
    invitation = services.people.invite(Actor(name="demo", place="console"), key.name, ROLES[key.name], LANGUAGES)
    public = {
        "recipient": key.identity.recipient.text,
        "verifier": key.signer.verifier.text,
        "not_after": time_text(key.not_after),
    }
    message = enrolment_message(name=key.name, server=services.server, **public)
    offered = OfferedKey(**public, signature=key.signer.sign(message))
    secret = b32decode(services.enrolment.enrol(invitation.token, offered).secret)
    # A code works once: the one before is used up, so that the one shown first is good for signing in.
    services.enrolment.confirm(invitation.token, totp.code_at(secret, now() - timedelta(seconds=totp.STEP_SECONDS)))
    return secret
