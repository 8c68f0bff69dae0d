"""The settings of an installation: the one place that reads the environment.

A setting comes from, in this order: the environment (``PANOH_DRAFT_HOURS=48``), the TOML file named by
``PANOH_SETTINGS`` (``draft_hours = 48``), a file of that name in the secrets directory (``draft_hours``), the default
below. The secrets directory is ``PANOH_SECRETS_DIR``, or systemd's ``$CREDENTIALS_DIRECTORY``.

Rules. A missing or wrong setting is one ``SettingsError`` that names it and shows a good value; the wrong value itself
is never repeated. A name that is not a setting is an error too, so that a slip of the pen cannot weaken anything.
Nothing is written and no file but those three sources is opened here. Tokens are ``SecretStr``.
"""

import difflib
import ipaddress
import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, TypeVar
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, StringConstraints, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as PydanticSettingsError

import bot
from bot.errors import SettingsError

PREFIX = "PANOH_"
SETTINGS_FILE = "PANOH_SETTINGS"
CREDENTIALS = "CREDENTIALS_DIRECTORY"
EXAMPLES = "deploy/env.example"
TELEGRAM = "https://api.telegram.org"

_LOOPBACK_NAMES = frozenset({"localhost"})
_T = TypeVar("_T")


class Address(NamedTuple):
    """Where a server of ours listens."""

    host: str
    port: int


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in _LOOPBACK_NAMES


def _url(value: object) -> object:
    """Accept https, or http to this machine: a token in a clear request is a token given away."""
    parts = urlsplit(str(value))
    if parts.hostname is None or parts.username or parts.query or parts.fragment:
        raise ValueError("not a plain address")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise ValueError("https, or http to this machine only")
    return str(value).rstrip("/")


def _origin(value: object) -> object:
    """Accept an address without a path: it is compared with what a browser calls an origin."""
    plain = str(_url(value))
    if urlsplit(plain).path:
        raise ValueError("without a path")
    return plain.lower()


def _address(value: object) -> object:
    if isinstance(value, Address):
        return value
    host, colon, port = str(value).rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isdecimal() or not 0 <= int(port) <= 65535:  # noqa: PLR2004  TCP's ports
        raise ValueError("not host:port")
    return Address(host, int(port))


def _proxy(value: object) -> object:
    """Accept an address or a network, not everybody: whom it names says from where others sign in."""
    network = ipaddress.ip_network(str(value))
    if network.prefixlen == 0:
        raise ValueError("everybody")
    return str(network)


def _database(value: object) -> object:
    if not re.match(r"(sqlite:///|postgresql(\+psycopg)?://)", str(value)):
        raise ValueError("neither SQLite nor PostgreSQL")
    return value


def _token(value: object) -> object:
    if not re.fullmatch(r"\d{1,20}:[A-Za-z0-9_-]{3,100}", str(value)):
        raise ValueError("not a bot token")
    return value


def _webhook_secret(value: object) -> object:
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", str(value)):
        raise ValueError("not a secret token of the Bot API, or too short")
    return value


_Url = Annotated[str, BeforeValidator(_url)]
_Origin = Annotated[str, BeforeValidator(_origin)]
_Listen = Annotated[Address, NoDecode, BeforeValidator(_address)]
_Token = Annotated[SecretStr, BeforeValidator(_token)]
_Fingerprint = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9a-fA-F]{64}$")]
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\r\n]+$")]


class Settings(BaseSettings):
    """Every setting, with its default; what only one command needs may be absent until that command asks for it.

    The examples are the good values that an error message shows.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    defender_token: _Token | None = Field(None, examples=["123456789:the-token-that-BotFather-gave"])
    """Token of the bot that defenders write to."""
    defender_api: _Url = Field(TELEGRAM, examples=[TELEGRAM])
    """Base URL of the Bot API server for that bot."""
    staff_token: _Token | None = Field(None, examples=["987654321:the-token-that-BotFather-gave"])
    """Token of the staff's own bot."""
    staff_api: _Url = Field(TELEGRAM, examples=[TELEGRAM])
    """Base URL of the Bot API server for the staff's bot."""
    database_url: Annotated[str, BeforeValidator(_database)] | None = Field(
        None, examples=["sqlite:////var/lib/panoh/panoh.db"], repr=False
    )
    """SQLAlchemy URL; default a SQLite file in the data directory. May hold a password, so never shown."""
    data_dir: Path | None = Field(None, examples=["/var/lib/panoh"])
    """Folder for what must survive: the SQLite database and its blobs."""
    secrets_dir: Path | None = Field(None, examples=["/etc/panoh/secrets"])
    """Folder with one file per secret: ``defender_token``, ``webhook_secret``, ``ping_key``, ``staff_token``,
    ``staff_key``, ``desk_key``."""
    route_dir: Path | None = Field(None, examples=["/run/panoh/route"])
    """Folder of the route keys: writable, mode 0700, in memory where possible, never backed up."""
    keyring: Path | None = Field(None, examples=["/etc/panoh/keyring.signed"])
    """The signed keyring file."""
    root_fingerprint: _Fingerprint | None = Field(None, examples=["the 64 hex letters that `panoh keys root` printed"])
    """Fingerprint of the root that signed the keyring."""
    conversation: Path = Field(
        default_factory=lambda: data("conversations") / "reprisal", examples=["conversations/reprisal"]
    )
    """Folder of the conversation that is asked."""
    locales: Path = Field(default_factory=lambda: data("locales"), examples=["locales"])
    """Folder of the catalogues."""
    operator: _Line | None = Field(None, examples=["The Shelter Desk, an independent association"])
    """Who reads, as shown to defenders; up to 100 characters."""
    check_address: _Line | None = Field(None, examples=["shelterdesk.example/bot"])
    """Where the bot's genuine name is published; up to 100 characters."""
    contacts: Path | None = Field(None, examples=["/etc/panoh/contacts.toml"])
    """Dated file of emergency contacts."""
    roster: Path | None = Field(None, examples=["/etc/panoh/roster.toml"])
    """Who is on duty when."""
    webhook_url: _Url | None = Field(None, examples=["https://intake.example/hook"])
    """Public address of the webhook; without it the bot polls."""
    webhook_secret: Annotated[SecretStr, BeforeValidator(_webhook_secret)] | None = Field(
        None, examples=["32 letters and digits from a generator"]
    )
    """What Telegram repeats in X-Telegram-Bot-Api-Secret-Token (Bot API, setWebhook); at least 16 characters here."""
    listen: _Listen = Field(Address("127.0.0.1", 8081), examples=["127.0.0.1:8081"])
    """Where the webhook listens."""
    desk_listen: _Listen = Field(Address("127.0.0.1", 8082), examples=["127.0.0.1:8082"])
    """Where the desk listens."""
    desk_url: _Origin | None = Field(None, examples=["https://desk.example"])
    """Public address of the desk: requests to another name are refused. Without it, that of ``desk_listen``."""
    desk_proxy: Annotated[str, BeforeValidator(_proxy)] | None = Field(None, examples=["172.30.82.1"])
    """Address or network of the proxy that is believed when it says for whom it asks. Default: one on this machine."""
    closed_days: int = Field(365, ge=30, le=3650, examples=["365"])
    """Days after which a closed case is erased."""
    draft_hours: int = Field(48, ge=25, le=168, examples=["48"])
    """Hours for which a chat leads to its draft: more than the day after which silence acts."""
    delete_hours: int = Field(24, ge=0, le=168, examples=["24"])
    """Hours between asking for a case's deletion and the deletion; within them the return code takes it back."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", examples=["INFO"])
    """The least severe of our own events that is logged."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Name the three sources, the strongest first."""
        del dotenv_settings, file_secret_settings
        text = TomlConfigSettingsSource(settings_cls, os.environ.get(SETTINGS_FILE))
        folder = os.environ.get(PREFIX + "SECRETS_DIR") or text().get("secrets_dir") or os.environ.get(CREDENTIALS)
        secrets = SecretsSettingsSource(settings_cls, folder, env_prefix="")
        return (init_settings, env_settings, text, secrets)

    def database(self) -> str:
        """Return the database's URL.

        Raises:
            SettingsError: neither ``PANOH_DATABASE_URL`` nor ``PANOH_DATA_DIR`` is set.
        """
        if self.database_url is not None:
            return self.database_url
        if self.data_dir is None:
            raise _missing("database_url")
        return f"sqlite:///{self.data_dir.absolute() / 'panoh.db'}"

    def serving(self) -> "Serving":
        """Return what ``panoh serve`` cannot do without.

        Raises:
            SettingsError: the first setting that is missing, or two that do not go together.
        """
        if self.webhook_url is not None and self.webhook_secret is None:
            raise _missing("webhook_secret")
        data_dir = self._needed("data_dir", self.data_dir)
        return Serving(
            defender_token=self._needed("defender_token", self.defender_token),
            database_url=self.database(),
            data_dir=data_dir,
            secrets_dir=self.secrets(),
            route_dir=self.route_dir or _runtime_dir() or data_dir / "route",
            keyring=self._needed("keyring", self.keyring),
            root_fingerprint=self._needed("root_fingerprint", self.root_fingerprint),
            operator=self._needed("operator", self.operator),
            check_address=self._needed("check_address", self.check_address),
            contacts=self._needed("contacts", self.contacts),
        )

    def secrets_folder(self) -> Path | None:
        """Return the folder of secrets, or systemd's, where there is one."""
        credentials = os.environ.get(CREDENTIALS)
        return self.secrets_dir or (Path(credentials) if credentials else None)

    def secrets(self) -> Path:
        """Return the folder of secrets, or systemd's.

        Raises:
            SettingsError: there is none.
        """
        return self._needed("secrets_dir", self.secrets_folder())

    def token_of_staff(self) -> SecretStr:
        """Return the token of the staff's bot.

        Raises:
            SettingsError: it is not set.
        """
        return self._needed("staff_token", self.staff_token)

    def trust(self) -> tuple[Path, str]:
        """Return the signed keyring's file and the fingerprint of the root that must have signed it.

        Raises:
            SettingsError: one of them is not set.
        """
        return self._needed("keyring", self.keyring), self._needed("root_fingerprint", self.root_fingerprint)

    def present(self, *names: str) -> None:
        """See that these settings, each a path, lead somewhere.

        Raises:
            SettingsError: the first that does not.
        """
        for name in names:
            place = getattr(self, name)
            if isinstance(place, Path) and not place.exists():
                raise _nowhere(PREFIX + name.upper())

    def _needed(self, name: str, value: _T | None) -> _T:
        if value is None:
            raise _missing(name)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """The settings without which nothing is served, each present."""

    defender_token: SecretStr
    database_url: str = field(repr=False)
    data_dir: Path
    secrets_dir: Path
    """Where the ping key lies, as the file ``ping_key``."""
    route_dir: Path
    """Where the route keys live: as set, else a folder in memory where there is one, else below the data directory."""
    keyring: Path
    root_fingerprint: str
    operator: str
    check_address: str
    contacts: Path


def load() -> Settings:
    """Read the settings from the environment, the TOML file and the secrets directory.

    Raises:
        SettingsError: the first setting that is unknown or wrong, or a source that cannot be read.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {SETTINGS_FILE}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            raise _unknown(name, sorted(known))
    for name in (SETTINGS_FILE, PREFIX + "SECRETS_DIR"):
        place = os.environ.get(name)
        if place and not Path(place).exists():
            raise _nowhere(name)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        name = str(first["loc"][0])
        if first["type"] == "extra_forbidden":
            raise _unknown(name, sorted(Settings.model_fields)) from None
        raise SettingsError(f"{PREFIX}{name.upper()} is wrong. A good value: {_example(name)}") from None
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError, PydanticSettingsError) as error:
        where = f" ({error})" if isinstance(error, tomllib.TOMLDecodeError) else ""
        raise SettingsError(f"{SETTINGS_FILE} or a file in PANOH_SECRETS_DIR cannot be read{where}") from None


def environment() -> dict[str, str]:
    """Return a copy of this process's environment, for a process that it starts."""
    return dict(os.environ)


def in_memory() -> Path | None:
    """Return a folder that is held in memory and may be written to, where this machine has one."""
    named = [os.environ.get(name, "").partition(":")[0] for name in ("RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR")]
    places = (Path(place) for place in (*named, "/dev/shm") if place)  # noqa: S108  Linux's own, and mode 0700 below it
    return next((place for place in places if place.is_dir() and os.access(place, os.W_OK)), None)


def data(folder: Literal["conversations", "locales"]) -> Path:
    """Return the folder of conversations or catalogues: of this checkout, or the copy inside the installed wheel."""
    package = Path(bot.__file__).parent
    in_checkout = (package.parent / "pyproject.toml").is_file()
    return package.parent / folder if in_checkout else package / "_data" / folder


def _runtime_dir() -> Path | None:
    """Return a folder in memory for the route keys: systemd's own, or that of the person's session."""
    for name, below in (("RUNTIME_DIRECTORY", "route"), ("XDG_RUNTIME_DIR", "panoh-route")):
        place = os.environ.get(name)
        if place:
            return Path(place.partition(":")[0]) / below
    return None


def _example(name: str) -> str:
    known = Settings.model_fields.get(name.removeprefix(PREFIX).lower())
    return str(known.examples[0]) if known is not None and known.examples else "/etc/panoh/panoh.toml"


def _missing(name: str) -> SettingsError:
    return SettingsError(f"{PREFIX}{name.upper()} is not set. A good value: {_example(name)}")


def _nowhere(name: str) -> SettingsError:
    return SettingsError(f"{name} names nothing that exists. A good value: {_example(name)}")


def _unknown(name: str, known: list[str]) -> SettingsError:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    meant = f"; did you mean {near[0]}?" if near else f"; the settings are listed in {EXAMPLES}"
    return SettingsError(f"{name} is not a setting{meant}")
