"""What a Mini App is told about the person who opened it, signed as Telegram signs it.

What lives here: the string and its two signatures. What must not: checking them; keys, which the caller holds.

Rules kept (core.telegram.org/bots/webapps, "Validating data"): ``hash`` is an HMAC under a key made from the token,
over every other field in the order of their names; ``signature`` is Ed25519 over the account's id and the same fields
without ``signature``, for whoever must not know the token.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import TypeAlias
from urllib.parse import urlencode

from bot.emulator.account import Account
from bot.emulator.person import Person

Sign: TypeAlias = Callable[[bytes], bytes]
"""An Ed25519 private key's ``sign``; the test data's public key is the caller's to give to whoever checks."""


def init_data(account: Account, person: Person, *, sign: Sign) -> str:
    """Return the ``initData`` that this person's app gives to a page of this account now."""
    fields = {
        "query_id": f"AA{account.revision:012d}",
        "user": json.dumps(person.body, ensure_ascii=False, separators=(",", ":")),
        "auth_date": str(int(account.now().timestamp())),
    }
    signature = sign(f"{account.account_id}:WebAppData\n{_in_order(fields)}".encode())
    fields["signature"] = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    key = hmac.digest(b"WebAppData", account.token.encode(), hashlib.sha256)
    fields["hash"] = hmac.digest(key, _in_order(fields).encode(), hashlib.sha256).hex()
    return urlencode(fields)


def _in_order(fields: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
