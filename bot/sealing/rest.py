"""What rests on the server between two turns: boxes under the route key, lanes, lock numbers, ping tokens.

Symmetric only. Rules: a box opens only for the draft and revision it was made for; its size is padded; every use of
a key has a label of its own (``docs/sealed-format.md`` section 11).
"""

from bot.errors import OpeningError
from bot.ids import CaseId, ChatId, DraftId, RandomBytes
from bot.sealing.header import padme
from bot.sealing.suite import NONCE_SIZE, derive, mac, open_bytes, seal_bytes

BOX_FLOOR = 1_024
"""Smallest plaintext of a box, so that a short state looks like a longer one."""

_LENGTH = 4
_STATE = b"panoh state 1"
_SCREENS = b"panoh screens 1"
_LANE = b"panoh lane 1"
_LOCK = b"panoh lock 1"
_PING = b"panoh ping 1"


def lane(route_key: bytes, chat: ChatId) -> bytes:
    """Return the 32 bytes under which a chat's draft is found while this route key lives."""
    return mac(derive(route_key, _LANE), _chat(chat))


def chat_key(route_key: bytes, chat: ChatId) -> bytes:
    """Return the key of a chat's draft state: neither the route key nor the chat id alone gives it."""
    return derive(route_key, _STATE + b"\n" + _chat(chat))


def seal_state(key: bytes, draft: DraftId, revision: int, state: bytes, random_bytes: RandomBytes) -> bytes:
    """Return a draft's state in a box under its ``chat_key``."""
    return seal_box(key, _bound(_STATE, draft, revision), state, random_bytes)


def open_state(key: bytes, draft: DraftId, revision: int, box: bytes) -> bytes:
    """Return the state.

    Raises:
        OpeningError: another key, draft or revision, or changed bytes.
    """
    return open_box(key, _bound(_STATE, draft, revision), box)


def screens_key(route_key: bytes) -> bytes:
    """Return the key for owed screens and message ids: the route key alone gives it, so that they can be sent."""
    return derive(route_key, _SCREENS)


def seal_screens(key: bytes, draft: DraftId, revision: int, screens: bytes, random_bytes: RandomBytes) -> bytes:
    """Return what is owed to a screen, with its chat id, in a box under ``screens_key``."""
    return seal_box(key, _bound(_SCREENS, draft, revision), screens, random_bytes)


def open_screens(key: bytes, draft: DraftId, revision: int, box: bytes) -> bytes:
    """Return what is owed.

    Raises:
        OpeningError: another key, draft or revision, or changed bytes.
    """
    return open_box(key, _bound(_SCREENS, draft, revision), box)


def lock_number(key: bytes, chat: ChatId) -> int:
    """Return the signed 64-bit number of a chat's lock; made from a key that does not rotate, stored nowhere."""
    return int.from_bytes(mac(key, _LOCK + b"\n" + _chat(chat))[:8], "big", signed=True)


def seal_ping(ping_key: bytes, case: CaseId, chat: ChatId, random_bytes: RandomBytes) -> bytes:
    """Return the token that lets the defender process, and nobody else, send one neutral message to this chat."""
    nonce = random_bytes(NONCE_SIZE)
    return nonce + seal_bytes(derive(ping_key, _PING), nonce, _chat(chat), _PING + b"\n" + case)


def open_ping(ping_key: bytes, case: CaseId, token: bytes) -> ChatId:
    """Return the chat of a ping token.

    Raises:
        OpeningError: another key or case, or changed bytes.
    """
    key = derive(ping_key, _PING)
    chat = open_bytes(key, token[:NONCE_SIZE], token[NONCE_SIZE:], _PING + b"\n" + case)
    return ChatId(int.from_bytes(chat, "big", signed=True))


def seal_box(key: bytes, bound: bytes, data: bytes, random_bytes: RandomBytes) -> bytes:
    """Return ``nonce | ciphertext`` of padded data, bound to a label and context."""
    nonce = random_bytes(NONCE_SIZE)
    padded = len(data).to_bytes(_LENGTH, "big") + data
    padded += bytes(padme(len(padded), BOX_FLOOR) - len(padded))
    return nonce + seal_bytes(key, nonce, padded, bound)


def open_box(key: bytes, bound: bytes, box: bytes) -> bytes:
    """Return the data of a box.

    Raises:
        OpeningError: another key or context, or changed bytes.
    """
    padded = open_bytes(key, box[:NONCE_SIZE], box[NONCE_SIZE:], bound)
    end = _LENGTH + int.from_bytes(padded[:_LENGTH], "big")
    if len(padded) < _LENGTH or end > len(padded):
        raise OpeningError("this could not be opened here")
    return padded[_LENGTH:end]


def _chat(chat: ChatId) -> bytes:
    return chat.to_bytes(8, "big", signed=True)


def _bound(label: bytes, draft: DraftId, revision: int) -> bytes:
    return label + b"\n" + draft + revision.to_bytes(8, "big")
