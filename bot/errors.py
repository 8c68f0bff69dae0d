"""Every error of the project, in one tree.

::

    PanohError
    ├─ SettingsError            the operator's: names the setting and shows a good value
    ├─ ConversationFileError    the author's: file, line, what was expected
    ├─ CatalogError             the translator's: locale, context, what differs
    ├─ KeyFileError             a key file, share or passphrase cannot be used
    ├─ KeyringError             the keyring is unsigned, expired, older than before, or of another root
    ├─ EnvelopeError            bytes are not a sealed file of ours
    │  └─ OpeningError          could not be opened; never says why
    ├─ StoreError
    │  ├─ SchemaError           the database has another schema than this program
    │  ├─ CaseUnavailableError  absent or not yours: deliberately one error
    │  ├─ PersonUnavailableError  no such person or invitation for this caller: deliberately one error
    │  ├─ ChangedError          somebody was faster: look again
    │  └─ StaleDraftError       another message was faster
    ├─ SignedOutError           who asks has not shown who they are; never says what did not hold
    ├─ SlowDownError            too many tries from one place
    └─ ChannelError             the messenger refused; says whether trying again helps

Rules. What a defender types never raises: refusing it is a transition that says so and asks again.
A wrong program raises ``AssertionError``, not one of these.
Messages carry names, numbers and places, never typed words, tokens or chat ids.
Errors of a library are wrapped on the floor that imports the library.
"""

from enum import StrEnum


class Refused(StrEnum):
    """What staff can be refused beyond the kinds of error: the desk says each in the reader's language."""

    CHANGED = "changed"
    NAME_TAKEN = "name_taken"
    LAST_ADMINISTRATOR = "last_administrator"
    LEFT_BEFORE = "left_before"
    KEYRING_ENDED = "keyring_ended"
    CHAT_DOUBTED = "chat_doubted"
    NUDGE_NEEDS_REPLY = "nudge_needs_reply"
    NUDGED_TODAY = "nudged_today"
    PASSKEY_REFUSED = "passkey_refused"
    ROSTER = "roster"


class PanohError(Exception):
    """Any expected failure; its message is one line that a person can act on."""


class SettingsError(PanohError):
    """A setting is missing or wrong: correct the one that is named."""


class ConversationFileError(PanohError):
    """A conversation file is wrong: correct the place that is named."""


class CatalogError(PanohError):
    """A catalogue is wrong: correct the string that is named."""


class KeyFileError(PanohError):
    """A key file, a share or a passphrase cannot be used: check the file and the passphrase."""


class KeyringError(PanohError):
    """The keyring cannot be trusted: have it signed again with the offline root."""


class EnvelopeError(PanohError):
    """The bytes are not a sealed file of this project: fetch the file again."""


class OpeningError(EnvelopeError):
    """The file could not be opened with these keys for this place; the reason is deliberately not said."""


class StoreError(PanohError):
    """The database refused or cannot be used."""


class SchemaError(StoreError):
    """The database has another schema: run ``panoh db upgrade``."""


class CaseUnavailableError(StoreError):
    """There is no such case for this caller; absent and forbidden look the same."""


class PersonUnavailableError(StoreError):
    """There is no such person, invitation or session for this caller; absent and forbidden look the same."""


class ChangedError(StoreError):
    """What the act was meant for has changed since it was read, or does not allow it; ``why`` names what."""

    def __init__(self, message: str, why: Refused = Refused.CHANGED) -> None:
        super().__init__(message)
        self.why = why


class StaleDraftError(StoreError):
    """The draft has moved on since it was read: read it again and repeat the turn once."""


class SignedOutError(PanohError):
    """Who asks has not shown who they are: sign in again. What did not hold is deliberately not said."""


class SlowDownError(PanohError):
    """Too many tries from one place: wait."""


class ChannelError(PanohError):
    """The messenger refused a call; ``retry`` says whether the same call may succeed later."""

    def __init__(self, message: str, *, retry: bool = False) -> None:
        super().__init__(message)
        self.retry = retry
