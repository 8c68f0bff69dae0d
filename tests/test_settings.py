"""Settings: where they come from, and the one line that a wrong one gets."""

import re
from pathlib import Path

import pytest

from bot import settings
from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parents[1]

SERVING = {
    "PANOH_DEFENDER_TOKEN": "1234:abcdef",
    "PANOH_DATA_DIR": "/var/lib/panoh",
    "PANOH_SECRETS_DIR": str(ROOT / "docs"),
    "PANOH_KEYRING": "/etc/panoh/keyring.signed",
    "PANOH_ROOT_FINGERPRINT": "01" * 32,
    "PANOH_OPERATOR": "The Example Desk",
    "PANOH_CHECK_ADDRESS": "desk.example",
    "PANOH_CONTACTS": "/etc/panoh/contacts.toml",
}


def having(patch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        patch.setenv(name, value)


def test_without_any_setting_the_defaults_point_into_the_checkout() -> None:
    found = settings.load()
    assert found.conversation == ROOT / "conversations" / "reprisal"
    assert found.locales == ROOT / "locales"
    assert found.defender_api == settings.TELEGRAM


def test_the_environment_beats_the_file_and_the_file_beats_the_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "defender_token").write_text("1:from_secrets\n")
    (secrets / "operator").write_text("from the secrets")
    file = tmp_path / "panoh.toml"
    file.write_text(f'operator = "from the file"\ndraft_hours = 30\nsecrets_dir = "{secrets}"\n')
    having(monkeypatch, PANOH_SETTINGS=str(file), PANOH_DRAFT_HOURS="40")
    found = settings.load()
    assert found.defender_token is not None
    assert found.defender_token.get_secret_value() == "1:from_secrets"
    assert found.operator == "from the file"
    assert found.draft_hours == 40


def test_systemd_credentials_are_a_secrets_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "defender_token").write_text("1:credential")
    having(monkeypatch, CREDENTIALS_DIRECTORY=str(tmp_path))
    token = settings.load().defender_token
    assert token is not None
    assert token.get_secret_value() == "1:credential"


def test_an_empty_variable_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    having(monkeypatch, PANOH_WEBHOOK_URL="", PANOH_DATA_DIR="")
    assert settings.load().webhook_url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PANOH_DEFENDER_TOKEN", "not-a-token"),
        ("PANOH_DEFENDER_API", "http://elsewhere.example"),
        ("PANOH_DEFENDER_API", "https://person:pass@elsewhere.example"),
        ("PANOH_DATABASE_URL", "mysql://somewhere"),
        ("PANOH_WEBHOOK_URL", "ftp://intake.example"),
        ("PANOH_WEBHOOK_SECRET", "short"),
        ("PANOH_WEBHOOK_SECRET", "sixteen letters, with blanks"),
        ("PANOH_LISTEN", "localhost"),
        ("PANOH_LISTEN", "127.0.0.1:70000"),
        ("PANOH_DESK_PROXY", "proxy.example"),
        ("PANOH_DESK_PROXY", "172.30.82.1/24"),
        ("PANOH_DESK_PROXY", "0.0.0.0/0"),
        ("PANOH_DESK_PROXY", "*"),
        ("PANOH_DRAFT_HOURS", "24"),
        ("PANOH_DRAFT_HOURS", "soon"),
        ("PANOH_DELETE_HOURS", "-1"),
        ("PANOH_ROOT_FINGERPRINT", "01" * 31),
        ("PANOH_ROOT_FINGERPRINT", "the line of the root"),
        ("PANOH_OPERATOR", "x" * 101),
        ("PANOH_OPERATOR", "two\nlines"),
        ("PANOH_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_setting_names_itself_and_a_good_value_and_keeps_the_wrong_one_to_itself(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    having(monkeypatch, **{name: value})
    with pytest.raises(SettingsError) as caught:
        settings.load()
    assert re.fullmatch(rf"{name} is wrong\. A good value: \S.*", str(caught.value))
    assert value not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("field", settings.Settings.model_fields)
def test_every_good_value_that_an_error_shows_is_good(
    monkeypatch: pytest.MonkeyPatch, field: str, tmp_path: Path
) -> None:
    shown = settings.Settings.model_fields[field].examples
    assert shown
    if field in {"webhook_secret", "secrets_dir", "root_fingerprint"}:
        assert " " in shown[0] or shown[0].startswith("/")  # a description: a secret to copy would be no secret
        return
    having(monkeypatch, **{f"PANOH_{field.upper()}": str(shown[0])})
    settings.load()


def test_a_slip_of_the_pen_is_not_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "panoh.toml"
    file.write_text("draft_hour = 30\n")
    having(monkeypatch, PANOH_SETTINGS=str(file))
    with pytest.raises(SettingsError, match="draft_hour is not a setting; did you mean draft_hours"):
        settings.load()
    having(monkeypatch, PANOH_KEYRNG="/x")
    with pytest.raises(SettingsError, match="PANOH_KEYRNG is not a setting; did you mean PANOH_KEYRING"):
        settings.load()


@pytest.mark.parametrize("content", [b"operator = ", b"\xff\xfe", b"[operator]\nx=1\n"])
def test_a_broken_file_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "panoh.toml"
    file.write_bytes(content)
    having(monkeypatch, PANOH_SETTINGS=str(file))
    with pytest.raises(SettingsError) as caught:
        settings.load()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["PANOH_SETTINGS", "PANOH_SECRETS_DIR"])
def test_a_source_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    having(monkeypatch, **{name: str(tmp_path / "nothing")})
    with pytest.raises(SettingsError, match=f"^{name} names nothing that exists"):
        settings.load()


@pytest.mark.parametrize("missing", sorted(SERVING))
def test_serving_names_the_first_setting_that_is_missing(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    having(monkeypatch, **{name: value for name, value in SERVING.items() if name != missing})
    with pytest.raises(SettingsError, match=f"^{missing} is not set. A good value: "):
        settings.load().serving()


def test_serving_has_everything_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    having(monkeypatch, XDG_RUNTIME_DIR="/run/user/1000", **SERVING)
    serving = settings.load().serving()
    assert serving.database_url == "sqlite:////var/lib/panoh/panoh.db"
    assert serving.route_dir == Path("/run/user/1000/panoh-route")
    assert "abcdef" not in repr(serving)


def test_route_keys_prefer_memory_to_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    having(monkeypatch, **SERVING)
    assert settings.load().serving().route_dir == Path("/var/lib/panoh/route")
    having(monkeypatch, RUNTIME_DIRECTORY="/run/panoh:/run/other")
    assert settings.load().serving().route_dir == Path("/run/panoh/route")
    having(monkeypatch, PANOH_ROUTE_DIR="/mnt/keys")
    assert settings.load().serving().route_dir == Path("/mnt/keys")


def test_a_webhook_without_its_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    having(monkeypatch, PANOH_WEBHOOK_URL="https://intake.example/hook", **SERVING)
    with pytest.raises(SettingsError, match=r"^PANOH_WEBHOOK_SECRET is not set"):
        settings.load().serving()


def test_secrets_are_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    having(
        monkeypatch,
        PANOH_DATABASE_URL="postgresql://panoh:hidden-word@localhost/panoh",
        PANOH_WEBHOOK_SECRET="a" * 32,
        **SERVING,
    )
    found = settings.load()
    for text in (repr(found), str(found), repr(found.serving())):
        assert "hidden-word" not in text
        assert "aaaa" not in text
        assert "abcdef" not in text
