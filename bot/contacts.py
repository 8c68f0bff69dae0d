"""The dated file of emergency contacts: numbers and addresses that are shown to people in danger.

They stand in a file of the operator's, not in the catalogues: no translator types a phone number, and a number can be
corrected without a release. ``deploy/contacts.example.toml`` is the form. A file that somebody last checked more than
six months ago is used, and reported as old: an old number is better than none.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

from bot.errors import SettingsError

NAMES = ("fld_phone", "help_phones", "cpj", "unhcr")
"""The placeholders of the conversation's texts that this file fills."""

OLD_AFTER_DAYS = 183
LONGEST = 80
"""Characters of one contact: two lines on a narrow phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """The contacts, and the day on which a person last tried each of them."""

    checked: date
    placeholders: Mapping[str, str]

    def age_days(self, today: date) -> int:
        """Return how many days ago they were checked."""
        return (today - self.checked).days

    def is_old(self, today: date) -> bool:
        """Return whether somebody should try them again."""
        return self.age_days(today) > OLD_AFTER_DAYS


def load(path: Path, today: date) -> Contacts:
    """Read the file.

    Raises:
        SettingsError: the file cannot be read, a contact is missing, unknown or not one short line, or the day is in
            the future.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            f"PANOH_CONTACTS: {path.name} cannot be read. A good value: /etc/panoh/contacts.toml"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"PANOH_CONTACTS: {path.name}: {error}") from None
    checked = values.pop("checked", None)
    if not isinstance(checked, date) or isinstance(checked, datetime) or checked > today:
        raise _wrong(path, "checked", f"the day on which all were tried, for example {today.isoformat()}")
    for name in values:
        if name not in NAMES:
            raise _wrong(path, name, f"one of {', '.join(NAMES)}")
    for name in NAMES:
        text = values.get(name)
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST or set(text) & set("\r\n{}"):
            raise _wrong(path, name, f"one line of at most {LONGEST} characters")
    return Contacts(checked=checked, placeholders=MappingProxyType({name: values[name].strip() for name in NAMES}))


def _wrong(path: Path, name: str, expected: str) -> SettingsError:
    return SettingsError(f"PANOH_CONTACTS: {path.name}: `{name}` is missing or wrong; expected {expected}")
