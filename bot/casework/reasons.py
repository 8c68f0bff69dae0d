"""Why a case is closed. Codes only: notes are sealed, never written beside a reference."""

from enum import StrEnum


class CloseReason(StrEnum):
    """The reason code that stands in the audit."""

    HANDLED = "handled"
    """What could be done was done."""
    REFERRED = "referred"
    """Another body has it, with the person's consent."""
    NO_CONSENT = "no_consent"
    """The person allows no use."""
    NO_LINK = "no_link"
    """Not about cooperation with the United Nations; another place was named to the person."""
    NO_CONTACT = "no_contact"
    """The person could not be reached, in the ways they chose."""
    DUPLICATE = "duplicate"
    TEST = "test"
    ABUSE = "abuse"
