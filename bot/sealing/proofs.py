"""What staff sign to prove something to the server or to each other: messages only (``docs/sealed-format.md`` 15).

Each has a label of its own, so that no signature can be taken for another. Whoever checks one asks the ``Verifier`` of
the keyring, or, at enrolment, the one that is enrolled.
"""

from dataclasses import dataclass
from hashlib import sha256

from bot.engine.conversation import Compartment
from bot.sealing.canonical import encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrap:
    """A case-key file that somebody sealed anew: which one, and to the members of which keyring."""

    case: bytes
    compartment: Compartment
    object: bytes
    version: int
    serial: int

    def message(self, data: bytes) -> bytes:
        """Return what is signed about the sealed file ``data``."""
        return b"panoh rewrap 1\n" + encode(
            {
                "case": self.case.hex(),
                "compartment": self.compartment.value,
                "object": self.object.hex(),
                "serial": self.serial,
                "sha256": sha256(data).hexdigest(),
                "version": self.version,
            }
        )


def sign_in_message(*, challenge: str, name: str, server: str) -> bytes:
    """Return what is signed to sign in; ``server`` is the origin that the client talks to, no slash at its end."""
    return b"panoh sign-in 1\n" + encode({"challenge": challenge, "name": name, "server": server})


def enrolment_message(*, name: str, not_after: str, recipient: str, server: str, verifier: str) -> bytes:
    """Return what is signed at enrolment: that whoever enrols holds the key they name; ``not_after`` as in cards."""
    return b"panoh enrol 1\n" + encode(
        {"name": name, "not_after": not_after, "recipient": recipient, "server": server, "verifier": verifier}
    )
