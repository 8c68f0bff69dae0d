"""The values that fill the placeholders of texts: contacts, who reads, days, status, and the receipt.

Formats only; the sentences themselves stand in the catalogues. Only ``code`` and ``reply`` are secret, and both are
rendered as spoilers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.engine.conversation import Conversation, Level
from bot.i18n.formats import day as day_text
from bot.ids import CaseId, reference_of
from bot.intake.draft import Hold, Secrets
from bot.intake.screens import text_of
from bot.sealing.case import CaseKeys
from bot.sealing.code import parse_code
from bot.sealing.receipt import fingerprint

READING = {
    Level.CRITICAL: "when_1d",
    Level.HIGH: "when_1d",
    Level.MEDIUM: "when_3d",
    Level.ROUTINE: "when_10d",
}
"""Which sentence says when a person usually reads: without a duty roster nobody is promised an hour."""

OFF_DUTY = ((timedelta(0), "when_1h"), (timedelta(hours=6), "when_off_6h"), (timedelta(hours=12), "when_off_12h"))
"""For imminent danger, by how long it is until somebody is on duty; beyond the last the truth is a day."""

UntilDuty = Callable[[], timedelta | None]
"""Returns how long it is until somebody is on duty, or ``None`` where there is no roster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What an installation fills in: who reads, where its exact name is published, and the dated contacts."""

    operator: str
    check_address: str
    contacts: Mapping[str, str] = field(repr=False)
    until_duty: UntilDuty

    def fixed(self, locale: str) -> Mapping[str, str]:
        """Return the values that depend on nobody's draft."""
        del locale
        return {**self.contacts, "operator": self.operator, "check_address": self.check_address}

    def of_draft(
        self,
        conversation: Conversation,
        secrets: Secrets,
        *,
        level: Level,
        until: date,
        status: str = "",
        reply: str = "",
    ) -> Mapping[str, str]:
        """Return every value for a kept draft; ``until`` is the day its silence choice is carried out."""
        locale = secrets.state.locale
        hold = secrets.hold
        sent = hold.facts_chain.number > 0
        return {
            **self.fixed(locale),
            "when": text_of(conversation, locale, f"{self._reading(level)}.say"),
            "code": _code(secrets, locale),
            "reference": reference_of(CaseId(hold.case)),
            "fingerprint": _receipt(hold, locale) if sent else "",
            "day": day_text(date.fromisoformat(hold.day) if sent else until, locale),
            "status": text_of(conversation, locale, f"{status}.say") if status else "",
            "reply": reply,
        }

    def _reading(self, level: Level) -> str:
        wait = self.until_duty()
        if level is not Level.CRITICAL or wait is None:
            return READING[level]
        return next((screen for longest, screen in OFF_DUTY if wait <= longest), READING[level])


def _receipt(hold: Hold, locale: str) -> str:
    """Return the receipt words of the latest facts manifest: those that staff read when they open the case."""
    return fingerprint(CaseKeys.from_bytes(hold.keys).tag_key, hold.facts_chain.previous).words(locale)


def _code(secrets: Secrets, locale: str) -> str:
    if secrets.shown is None:
        return ""
    code = parse_code(secrets.shown.digits)
    assert code is not None, "the digits of a code we made"
    return code.words(locale) if secrets.shown.words else code.digits()
