"""What a button carries, and strict reading of what comes back.

Two forms, both at most 64 bytes (Bot API, ``callback_data``). After consent the button names the draft's nonce and
revision. Before consent nothing is stored, so the button holds the state itself: the first six hex digits of the
conversation's digest, the locale, and one letter for every node that may be passed before consent. Neither form is
signed: forging one changes only one's own conversation (``objects.md`` 8). Consent is never read from such letters,
only from the tap itself.

Everything here is pure; whatever does not decode is an ``OldButton``, never an exception.
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

from bot.engine.conversation import Conversation, Do, Kind, Node
from bot.engine.state import END, Mark, State

DATA_BYTES = 64
"""Bot API: ``callback_data`` is 1 to 64 bytes."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_DIGEST_LETTERS = 6
_ENDED = "z"
_AFTER = re.compile(r"1\.([0-9a-f]{6})\.([0-9a-z]{1,4})\.([a-z!][0-9a-z_]{0,24})")
_BEFORE = re.compile(r"0\.([0-9a-f]{6})\.([0-9a-z])([-+~0-9a-z]{1,24})\.([0-9a-z]{1,2})\.([a-z!][0-9a-z_]{0,24})")


@dataclass(frozen=True, slots=True)
class Press:
    """What the tap means: a one-letter ``verb`` with the number it carries, or ``!`` with the name of an act.

    Verbs: ``p`` pick, ``s`` set a tick, ``u`` clear it, ``d`` done, ``k`` skip, ``b`` back, ``x`` exit, ``m`` menu,
    ``v`` view the screen of that number, ``w`` the same from a message that stays, ``g`` page of options, ``o`` open
    section, ``a`` answer that node again.
    """

    verb: str
    number: int = 0
    act: str = ""


@dataclass(frozen=True, slots=True)
class AfterConsent:
    """A button of a kept draft."""

    nonce: str
    rev: int
    press: Press


@dataclass(frozen=True, slots=True)
class BeforeConsent:
    """A button that holds its own state; ``state`` is rebuilt from the letters."""

    state: State
    press: Press


@dataclass(frozen=True, slots=True)
class OldButton:
    """Data of another version, another conversation, or nobody's."""


Decoded: TypeAlias = AfterConsent | BeforeConsent | OldButton


def letter(number: int) -> str:
    """Write a small number in base 36."""
    if number < len(_DIGITS):
        return _DIGITS[number]
    return letter(number // len(_DIGITS)) + _DIGITS[number % len(_DIGITS)]


def encode_press(press: Press) -> str:
    """Write a press as the last part of a button's data."""
    if press.verb == "!":
        return "!" + press.act
    return press.verb + (letter(press.number) if press.verb in "psuvwgoa" else "")


def _decode_press(text: str) -> Press | None:
    if text[0] == "!":
        return Press("!", act=text[1:]) if len(text) > 1 else None
    if text[0] in "psuvwgoa" and 1 < len(text) <= 3:  # noqa: PLR2004  two base-36 digits are room for 1,296 of anything
        return Press(text[0], int(text[1:], 36)) if "_" not in text else None
    return Press(text[0]) if len(text) == 1 and text in "dkbxm" else None


def encode_after(nonce: str, rev: int, press: Press) -> str:
    """Return the data of a button after consent."""
    return f"1.{nonce}.{letter(rev)}.{encode_press(press)}"


def pre_consent_nodes(conversation: Conversation) -> tuple[str, ...]:
    """Return the nodes of the opening that may stand before or be the consent, in order; their letters ride along."""
    found: list[str] = []
    last = 0
    for step in conversation.opening:
        for node_id in step.ask:
            if node_id not in found:
                found.append(node_id)
            if gives_consent(conversation.nodes[node_id]):
                last = len(found)
    return tuple(found[:last])


def gives_consent(node: Node) -> bool:
    """Tell whether an option of this node lets answers be kept."""
    return any(option.do is Do.KEEP for option in node.options)


def _node_letter(node: Node, state: State) -> str:
    # Consent is read from the tap alone: a refused one is written as one that was not asked.
    match None if gives_consent(node) else state.marks.get(node.id):
        case None:
            return "-"
        case Mark.SHOWN:
            return "+"
        case Mark.SKIPPED:
            return "~"
        case Mark.ANSWERED:
            ids = [option.id for option in node.options]
            picks = state.picks.get(node.id, ())
            return letter(ids.index(picks[0])) if picks and picks[0] in ids else "~"


def encode_before(conversation: Conversation, digest: str, state: State, press: Press) -> str:
    """Return the data of a button before consent: the state itself and the press."""
    nodes = pre_consent_nodes(conversation)
    letters = "".join(_node_letter(conversation.nodes[node], state) for node in nodes)
    at = letter(nodes.index(state.at)) if state.at in nodes else _ENDED
    locale = letter(sorted(conversation.texts).index(state.locale))
    return f"0.{digest[:_DIGEST_LETTERS]}.{locale}{letters}.{at}.{encode_press(press)}"


def decode(conversation: Conversation, digest: str, data: str) -> Decoded:
    """Read a button's data; anything unexpected is an ``OldButton``."""
    if after := _AFTER.fullmatch(data):
        press = _decode_press(after[3])
        return AfterConsent(after[1], int(after[2], 36), press) if press else OldButton()
    before = _BEFORE.fullmatch(data)
    if before is None or before[1] != digest[:_DIGEST_LETTERS]:
        return OldButton()
    press = _decode_press(before[5])
    state = _rebuild(conversation, locale=before[2], letters=before[3], at=before[4])
    return BeforeConsent(state, press) if press and state else OldButton()


def _rebuild(conversation: Conversation, *, locale: str, letters: str, at: str) -> State | None:
    nodes = pre_consent_nodes(conversation)
    locales = sorted(conversation.texts)
    position, tongue = int(at, 36), int(locale, 36)
    if len(letters) != len(nodes) or tongue >= len(locales) or (at != _ENDED and position >= len(nodes)):
        return None
    marks: dict[str, Mark] = {}
    picks: dict[str, tuple[str, ...]] = {}
    for node_id, sign in zip(nodes, letters, strict=True):
        node = conversation.nodes[node_id]
        match sign:
            case "-":
                continue
            case "+":
                marks[node_id] = Mark.SHOWN
            case "~":
                marks[node_id] = Mark.SKIPPED
            case _:
                index = int(sign, 36)
                # Consent is read from the tap alone, so a consent node never counts as answered here.
                if index >= len(node.options) or gives_consent(node) or node.kind is Kind.SAY:
                    return None
                marks[node_id] = Mark.ANSWERED
                picks[node_id] = (node.options[index].id,)
    return State(rev=0, locale=locales[tongue], at=END if at == _ENDED else nodes[position], marks=marks, picks=picks)
