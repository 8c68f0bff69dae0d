"""Every act of staff and its line in the audit are one transaction: without the line nothing happened at all.

The acts are found in the sources: whatever writes into the audit needs a row here, so a new act without one fails.
"""

import ast
from base64 import b32decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from os import urandom
from pathlib import Path

import pytest
from sqlalchemy import select

import bot
from bot.casework.acts import LowerReason, Way
from bot.casework.calls import Calls
from bot.casework.duty import DutyRoster
from bot.casework.links import Chats, LinkCodes
from bot.casework.notices import Notices
from bot.casework.passkeys import Passkeys
from bot.casework.reading import IdentityReason
from bot.casework.reasons import CloseReason
from bot.casework.service import Casework
from bot.casework.sessions import Caller
from bot.casework.staff_chat import StaffChat
from bot.engine.conversation import Compartment, Level
from bot.errors import StoreError
from bot.ids import ChatId, ObjectId, Reference
from bot.roster import RosterFile, parse
from bot.sealing import totp
from bot.store.audit import Audit
from bot.store.schema import metadata
from bot.store.staff_values import Place, Role
from bot.store.transaction import Transaction
from bot.store.values import Case, Stage
from tests.casework.office import MadeOffice, actor, identity_of, one_key_file
from tests.casework.test_people import ADAM, Desk
from tests.casework.test_rewrapping import sealed_anew
from tests.databases import migrated_sqlite
from tests.made_up import call, mailbox, with_conversation

ROSTER = (
    'zone = "UTC"\nlead = "{lead}"\n[[shift]]\ndays = ["mon"]\nfrom = "22:00"\nuntil = "06:00"\npeople = ["Anna"]\n'
)
CHAT = ChatId(4)


@dataclass
class World:
    """One office with one case, and every service of it."""

    folder: Path
    office: MadeOffice = field(init=False)

    def __post_init__(self) -> None:
        self.office = MadeOffice(with_conversation(migrated_sqlite(self.folder)))

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.office)

    @cached_property
    def case(self) -> Case:
        return self.office.case(urgency=Level.HIGH)

    @property
    def reference(self) -> Reference:
        return self.case.reference

    @cached_property
    def held(self) -> Reference:
        """The case, taken by Anna."""
        self.office.acts.claim(actor("Anna"), self.reference)
        return self.reference

    @cached_property
    def chat(self) -> StaffChat:
        office, chats = self.office.office, Chats(bytes(32), urandom)
        return StaffChat(office, chats, lambda: None, Notices(office, chats, lambda: None), account=1)

    @cached_property
    def linked(self) -> StaffChat:
        """The bot, in a chat of Anna's, and the case."""
        assert self.case.reference
        self.chat.link(1, CHAT, LinkCodes(self.office.office).issue(actor("Anna")).code)
        return self.chat

    @cached_property
    def console(self) -> Casework:
        return Casework(self.office.database, lambda: self.office.at)

    @cached_property
    def caller(self) -> Caller:
        """Somebody who is signed in."""
        secret = self.desk.enrol("Nora", Role.REVIEWER)
        code = totp.code_at(secret, self.office.at)
        _, token = self.desk.signing.sign_in(self.desk.proof("Nora"), code, Place.LOCAL)
        return self.desk.sessions.caller(token)

    def everything(self) -> dict[str, list[str]]:
        """Every row of every table, and every file of the folder that is not the database."""

        def rows(tx: Transaction) -> dict[str, list[str]]:
            connection = tx.keyring._connection  # noqa: SLF001  what no repository asks for
            tables = metadata.sorted_tables
            return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}

        own = [path for path in sorted(self.folder.rglob("*")) if path.is_file() and "panoh.db" not in path.name]
        files = {str(path): [path.read_text("utf-8")] for path in own}
        return self.office.database.turn(rows).result() | files


Act = Callable[[], object]
Prepare = Callable[[World], Act]
"""Brings the office to where an act is possible, and returns the act."""


def _reply(world: World) -> Act:
    held, box, name = world.held, mailbox(world.case.id), ObjectId(urandom(16))
    call(world.office.database, "mailboxes.put", box)
    file = one_key_file()
    return lambda: world.office.writing.reply(
        actor("Anna"), held, object_id=name, mailbox=box.id, data=file, copy=file, stage=Stage.INFO_REQUESTED
    )


def _nudge(world: World) -> Act:
    _reply(world)()
    return lambda: world.office.writing.nudge(actor("Anna"), world.held, bytes(36))


def _note(world: World) -> Act:
    name, reference = ObjectId(urandom(16)), world.reference
    return lambda: world.office.writing.note(actor("Anna"), reference, name, one_key_file())


def _rewrap(world: World) -> Act:
    new = sealed_anew(world.case, "Lena")
    return lambda: world.office.rewrapping.rewrap(actor("Lena"), world.reference, new)


def _restore(world: World) -> Act:
    _rewrap(world)()
    return lambda: world.office.rewrapping.restore(actor("Lena"), world.reference, Compartment.FACTS)


def _confirm(world: World) -> Act:
    token = world.desk.people.invite(ADAM, "Nora", [Role.REVIEWER], ["tg"]).token
    secret = b32decode(world.desk.enrolment.enrol(token, world.desk.offered("Nora", identity_of("Nora"))).secret)
    return lambda: world.desk.enrolment.confirm(token, totp.code_at(secret, world.office.at))


def _sign_in(world: World) -> Act:
    secret = world.desk.enrol("Nora", Role.REVIEWER)
    code = totp.code_at(secret, world.office.at)
    return lambda: world.desk.signing.sign_in(world.desk.proof("Nora"), code, Place.LOCAL)


def _passkey(world: World) -> Act:
    caller, passkeys = world.caller, Passkeys(world.office.office)
    challenge = world.desk.signing.challenge()
    return lambda: passkeys.add(caller, challenge, b"a passkey", b"its key", 0)


def _duty(world: World) -> Act:
    path = world.folder / "roster.toml"
    path.write_text(ROSTER.format(lead="Lena"), "utf-8")
    roster = DutyRoster(world.office.office, RosterFile(path))
    return lambda: roster.replace(LENA, ROSTER.format(lead="Anna"), roster.seen().version)


def _link(world: World) -> Act:
    code = LinkCodes(world.office.office).issue(actor("Anna")).code
    return lambda: world.chat.link(1, CHAT, code)


def _call(world: World) -> Act:
    reference, roster = world.reference, parse(ROSTER.format(lead="Lena"), "roster.toml")
    world.chat.link(1, CHAT, LinkCodes(world.office.office).issue(LENA).code)
    calls = Calls(world.office.office, lambda: roster)
    return lambda: calls.call(ANNA, reference, "lead")


def _export(world: World) -> Act:
    reference, out = world.reference, world.folder / "exported"
    return lambda: world.console.export(reference, out, "Anna", deployment=bytes(16))


def _waits_in(world: World) -> Act:
    chat, case = world.linked, world.case
    return lambda: chat.take(2, CHAT, case.id)


def _held_in_chat(world: World) -> Act:
    chat, held = world.linked, world.held
    return lambda: chat.release(2, CHAT, held, knowingly=True)


def _held_at_console(world: World) -> Reference:
    world.console.claim(world.reference, "Anna")
    return world.reference


def at_once(
    act: Callable[[World], object], first: Callable[[World], object] = lambda world: world.reference
) -> Prepare:
    """An act that needs nothing but ``first``."""

    def prepare(world: World) -> Act:
        first(world)
        return lambda: act(world)

    return prepare


def held(world: World) -> Reference:
    return world.held


def linked(world: World) -> StaffChat:
    return world.linked


def signed_in(world: World) -> Caller:
    return world.caller


ANNA, IVO, LENA = actor("Anna"), actor("Ivo"), actor("Lena")
ACTS: dict[str, tuple[str, Prepare]] = {
    "acts.Acts.claim": ("claim", at_once(lambda w: w.office.acts.claim(ANNA, w.reference))),
    "acts.Acts.release": ("release", at_once(lambda w: w.office.acts.release(ANNA, w.reference), held)),
    "acts.Acts.transfer": ("transfer", at_once(lambda w: w.office.acts.transfer(ANNA, w.reference, "Boris"), held)),
    "acts.Acts.recuse": ("recuse", at_once(lambda w: w.office.acts.recuse(ANNA, w.reference), held)),
    "acts.Acts.close": ("close", at_once(lambda w: w.office.acts.close(ANNA, w.reference, CloseReason.TEST), held)),
    "acts.Acts.stage": ("stage", at_once(lambda w: w.office.acts.stage(ANNA, w.reference, Stage.VERIFIED))),
    "acts.Acts.urgency": (
        "urgency",
        at_once(lambda w: w.office.acts.urgency(ANNA, w.reference, Level.ROUTINE, LowerReason.MISTAKEN)),
    ),
    "acts.Acts.language": ("language", at_once(lambda w: w.office.acts.language(ANNA, w.reference, "uz"))),
    "acts.Acts.writer": ("writer", at_once(lambda w: w.office.acts.writer(ANNA, w.reference, doubted=True))),
    "acts.Acts.tried": ("tried", at_once(lambda w: w.office.acts.tried(IVO, w.reference, Way.AGREED))),
    "reading.Reading.facts": ("read", at_once(lambda w: w.office.reading.facts(ANNA, w.reference))),
    "reading.Reading.identity": (
        "identity",
        at_once(lambda w: w.office.reading.identity(IVO, w.reference, IdentityReason.CONTACT_PERSON)),
    ),
    "writing.Writing.note": ("note", _note),
    "writing.Writing.reply": ("reply", _reply),
    "writing.Writing.nudge": ("nudge", _nudge),
    "calls.Calls.call": ("call", _call),
    "rewrapping.Rewrapping.rewrap": ("rewrap", _rewrap),
    "rewrapping.Rewrapping.restore": ("rewrap", _restore),
    "rewrapping.Rewrapping.keys": ("rewrap", at_once(lambda w: w.office.rewrapping.keys(LENA, w.reference))),
    "people.People.invite": ("invite", at_once(lambda w: w.desk.people.invite(ADAM, "Nora", [Role.LEAD], ["en"]))),
    "people.People.invite_again": ("invite", at_once(lambda w: w.desk.people.invite_again(ADAM, "Anna"), held)),
    "people.People.change": ("roles", at_once(lambda w: w.desk.people.change(ADAM, "Anna", [Role.AUDITOR], []), held)),
    "people.People.offboard": ("offboard", at_once(lambda w: w.desk.people.offboard(ADAM, "Anna"), held)),
    "enrolment.Enrolment.confirm": ("enrol", _confirm),
    "sign_in.SignIn.sign_in": ("sign_in", _sign_in),
    "passkeys.Passkeys.add": ("enrol", _passkey),
    "sessions.Sessions.drilled": ("key_drill", at_once(lambda w: w.desk.sessions.drilled(w.caller), signed_in)),
    "sessions.Sessions.sign_out": ("sign_out", at_once(lambda w: w.desk.sessions.sign_out(w.caller), signed_in)),
    "sessions.Sessions.revoke": (
        "revoke",
        at_once(lambda w: w.desk.sessions.revoke(w.caller, w.caller.session), signed_in),
    ),
    "sessions.Sessions.revoke_all": (
        "revoke",
        at_once(lambda w: w.desk.sessions.revoke_all(ADAM, "Nora"), signed_in),
    ),
    "duty.DutyRoster.replace": ("duty", _duty),
    "staff_chat.StaffChat.link": ("link", _link),
    "people.People.unlink": ("unlink", at_once(lambda w: w.desk.people.unlink(ADAM, "Anna"), linked)),
    "staff_chat.StaffChat.unlink": ("unlink", at_once(lambda w: w.chat.unlink(CHAT), linked)),
    "staff_chat.StaffChat.take": ("claim", _waits_in),
    "staff_chat.StaffChat.claim": ("claim", at_once(lambda w: w.chat.claim(2, CHAT, w.reference), linked)),
    "staff_chat.StaffChat.release": ("release", _held_in_chat),
    "service.Casework.claim": ("claim", at_once(lambda w: w.console.claim(w.reference, "Anna"))),
    "service.Casework.release": (
        "release",
        at_once(lambda w: w.console.release(w.reference, "Anna"), _held_at_console),
    ),
    "service.Casework.close": (
        "close",
        at_once(lambda w: w.console.close(w.reference, "Anna", CloseReason.TEST), _held_at_console),
    ),
    "service.Casework.export": ("export", _export),
}


def writes_into_the_audit(call: ast.Call) -> bool:
    """Whether this is ``office.note(…)`` or ``tx.audit.append(…)``."""
    match call.func:
        case ast.Attribute(attr="note", value=ast.Attribute(attr="_office") | ast.Name(id="office")):
            return True
        case ast.Attribute(attr="append", value=ast.Attribute(attr="audit")):
            return True
        case _:
            return False


def acts_in(module: Path) -> Iterator[str]:
    """Yield the public methods of a module that write into the audit, themselves or through others of their class."""
    for each in ast.parse(module.read_text("utf-8")).body:
        if not isinstance(each, ast.ClassDef):
            assert not any(isinstance(node, ast.Call) and writes_into_the_audit(node) for node in ast.walk(each)), (
                module
            )
            continue
        methods = {method.name: method for method in each.body if isinstance(method, ast.FunctionDef)}
        calls = {
            name: [node for node in ast.walk(method) if isinstance(node, ast.Call)] for name, method in methods.items()
        }
        noting = {name for name, found in calls.items() if any(map(writes_into_the_audit, found))}
        while more := {
            name for name, found in calls.items() if name not in noting and noting & set(map(own_method, found))
        }:
            noting |= more
        yield from (f"{module.stem}.{each.name}.{name}" for name in noting if not name.startswith("_"))


def own_method(call: ast.Call) -> str:
    match call.func:
        case ast.Attribute(attr=name, value=ast.Name(id="self")):
            return name
        case _:
            return ""


def test_every_act_that_the_sources_know_is_tried_here() -> None:
    modules = sorted(Path(bot.__path__[0]).rglob("*.py"))
    found = {act for module in modules for act in acts_in(module)} - {"office.Office.note"}
    assert found == set(ACTS)


class FullDiskError(StoreError):
    """What a database says when it can write no more."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.office.database.close()


@pytest.mark.parametrize("act", ACTS)
def test_an_act_without_its_line_does_not_happen(world: World, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    name, prepare = ACTS[act]
    do = prepare(world)
    before = world.everything()

    def fail(*_arguments: object) -> None:
        raise FullDiskError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(Audit, "append", fail)
        with pytest.raises(FullDiskError):
            do()
    assert world.everything() == before
    do()
    rows = call(world.office.database, "audit.page", 0, 100)[len(before["audit"]) :]
    assert name in [row.act for row in rows]
    after = world.everything()
    assert any(after[table] != before.get(table) for table in after if table != "audit") or act in ONLY_NOTED


ONLY_NOTED = {"reading.Reading.identity", "rewrapping.Rewrapping.keys", "sessions.Sessions.drilled"}
"""Acts that change nothing but the audit."""
