"""Passkeys, in the hosted desk only: what the browser is asked, and whether what it answers holds (WebAuthn level 3).

The name that signs in is not told apart by its passkeys: the browser is asked for any that it holds for this address.
Every answer must show that its person was verified, by a finger, a face or a PIN.
"""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlsplit

import webauthn
from pydantic import ConfigDict, Field
from webauthn.helpers import options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bot.casework.sign_in import Passkey, PasskeyAnswer
from bot.desk.models import Asked
from bot.errors import SignedOutError

_LONGEST = 16_384
_Text = Annotated[str, Field(max_length=_LONGEST)]


class Response(Asked):
    """The part that was signed; a browser adds fields of its own, which nobody reads."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    clientDataJSON: _Text  # noqa: N815  the browser's names
    attestationObject: _Text | None = None  # noqa: N815
    authenticatorData: _Text | None = None  # noqa: N815
    signature: _Text | None = None
    userHandle: _Text | None = None  # noqa: N815


class Credential(Asked):
    """What ``credential.toJSON()`` gives."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    id: _Text
    rawId: _Text  # noqa: N815
    type: _Text
    response: Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A new passkey, checked; its challenge is still to be spent."""

    challenge: str
    id: bytes
    public_key: bytes = field(repr=False)
    sign_count: int


def registration_options(
    server: str, person: bytes, name: str, challenge: str, known: tuple[bytes, ...]
) -> dict[str, Any]:
    """Return what the browser needs to make a passkey for this person."""
    options = webauthn.generate_registration_options(
        rp_id=_domain(server),
        rp_name="Panoh",
        user_id=person,
        user_name=name,
        challenge=bytes.fromhex(challenge),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return _json(options_to_json(options))


def sign_in_options(server: str, challenge: str) -> dict[str, Any]:
    """Return what the browser needs to use a passkey that it holds."""
    options = webauthn.generate_authentication_options(
        rp_id=_domain(server),
        challenge=bytes.fromhex(challenge),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _json(options_to_json(options))


def registered(credential: Credential, server: str) -> Registered:
    """Check a new passkey.

    Raises:
        SignedOutError: it does not hold.
    """
    challenge = _challenge(credential)
    try:
        made = webauthn.verify_registration_response(
            credential=credential.model_dump(exclude_none=True),
            expected_challenge=bytes.fromhex(challenge),
            expected_rp_id=_domain(server),
            expected_origin=server,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise SignedOutError("this passkey does not hold") from None
    return Registered(
        challenge=challenge, id=made.credential_id, public_key=made.credential_public_key, sign_count=made.sign_count
    )


def answer_of(credential: Credential, server: str) -> PasskeyAnswer:
    """Return an answer that is checked once its passkey is known.

    Raises:
        SignedOutError: it is no answer.
    """
    challenge = _challenge(credential)

    def check(passkey: Passkey) -> int | None:
        try:
            checked = webauthn.verify_authentication_response(
                credential=credential.model_dump(exclude_none=True),
                expected_challenge=bytes.fromhex(challenge),
                expected_rp_id=_domain(server),
                expected_origin=server,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError):
            return None
        return checked.new_sign_count

    return PasskeyAnswer(id=_bytes(credential.rawId), challenge=challenge, check=check)


def _challenge(credential: Credential) -> str:
    """Return the challenge that was answered; whether it is one of ours, and fresh, is asked where it is spent."""
    try:
        said = json.loads(_bytes(credential.response.clientDataJSON))
        challenge = _bytes(str(said["challenge"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SignedOutError("this passkey does not hold") from None
    return challenge.hex()


def _bytes(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise SignedOutError("this passkey does not hold") from None


def _json(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def _domain(server: str) -> str:
    return urlsplit(server).hostname or ""
