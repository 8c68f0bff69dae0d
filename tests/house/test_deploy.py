"""What an operator copies fits the program it is copied for."""

import re
import shlex
import shutil
import subprocess
from fnmatch import fnmatch
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot import roster, settings
from bot.app.serving_parts import MODULES
from bot.app.supervising import PARTS

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "deploy" / "env.example"
NAMES = {settings.PREFIX + name.upper() for name in settings.Settings.model_fields} | {settings.SETTINGS_FILE}
ASSIGNED = re.compile(r"^#?(PANOH_\w+)=(.*)$", re.MULTILINE)


def test_every_setting_stands_once_in_the_example() -> None:
    written = [name for name, _ in ASSIGNED.findall(EXAMPLE.read_text("utf-8"))]
    assert sorted(written) == sorted(NAMES)


def test_every_setting_stands_in_the_operators_page() -> None:
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    assert {name for name in NAMES if f"`{name}`" not in page} == set()


def test_no_page_names_a_setting_that_does_not_exist() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*")]
    for page in pages:
        if page.is_file():
            named = set(re.findall(r"PANOH_[A-Z_]*[A-Z]", page.read_text("utf-8")))
            assert named <= NAMES, page


def test_the_example_s_values_are_accepted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in ASSIGNED.findall(EXAMPLE.read_text("utf-8")):
        if name not in {"PANOH_SETTINGS", "PANOH_SECRETS_DIR"}:
            monkeypatch.setenv(name, value)
    shown = settings.load()
    for name, _ in ASSIGNED.findall(EXAMPLE.read_text("utf-8")):
        monkeypatch.delenv(name, raising=False)
    defaults = settings.load()
    for field in ("defender_api", "draft_hours", "delete_hours", "log_level", "listen", "desk_listen", "staff_api"):
        assert getattr(shown, field) == getattr(defaults, field)


UNITS = {"defender": "panoh", "staff": "panoh-staff", "desk": "panoh-desk", "jobs": "panoh-jobs"}
DOCTOR = "panoh-doctor"


def unit_of(name: str) -> str:
    return (ROOT / "deploy" / "systemd" / name).read_text("utf-8")


@pytest.mark.parametrize("name", [*UNITS.values(), DOCTOR])
def test_the_unit_is_hardened(name: str) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed; on Debian: apt-get install systemd")
    unit = ROOT / "deploy" / "systemd" / f"{name}.service"
    done = subprocess.run(
        [program, "security", "--offline=true", "--threshold=15", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.splitlines()[-1:]


SERVICES = {"defender": "panoh", "staff": "staff", "desk": "desk", "jobs": "jobs"}


def services() -> dict[str, Any]:
    found = YAML(typ="safe").load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))["services"]
    return {part: found[name] for part, name in SERVICES.items()}


@pytest.mark.parametrize("part", UNITS)
def test_the_unit_and_the_image_start_commands_that_exist(part: str) -> None:
    assert part in MODULES
    unit = unit_of(f"{UNITS[part]}.service")
    assert f"/bin/panoh serve --only {part}\n" in unit
    assert services()[part]["command"] == ["serve", "--only", part]


@pytest.mark.parametrize("part", UNITS)
def test_each_service_is_given_its_own_secrets_and_no_other_s(part: str) -> None:
    unit = unit_of(f"{UNITS[part]}.service")
    given = set(re.findall(r"^#?LoadCredential=(\w+):", unit, re.MULTILINE))
    (own,) = (each for each in PARTS if each.name == part)
    assert given == {*own.secrets, *own.files}
    folders = [str(volume) for volume in services()[part]["volumes"] if "/run/secrets" in str(volume)]
    # The jobs have a folder too: on PostgreSQL the database's address is among the secrets.
    assert folders == [f"./secrets/{part}:/run/secrets/panoh:ro"]
    hidden = re.findall(r"^InaccessiblePaths=(.*)$", unit, re.MULTILINE)[0].split()
    others = {f"-/run/credentials/{name}.service" for other, name in UNITS.items() if other not in {part, "jobs"}}
    assert others <= set(hidden)
    assert ("-/run/panoh" in hidden) is (part != "defender"), "the route keys"


def test_the_doctor_sees_what_every_part_is_given_and_where_the_route_keys_live() -> None:
    """It runs as the services' user, which cannot read root's secrets and finds the route keys in its own folder."""
    unit = unit_of(f"{DOCTOR}.service")
    assert "/bin/panoh doctor\n" in unit
    given = re.findall(r"^#?LoadCredential=(\w+):", unit, re.MULTILINE)
    assert sorted(given) == sorted(name for part in PARTS for name in (*part.secrets, *part.files))
    defenders = unit_of("panoh.service").splitlines()
    for shared in ("User=", "DynamicUser=", "StateDirectory", "RuntimeDirectory", "EnvironmentFile=", "UnsetEnv"):
        lines = [line for line in defenders if line.startswith(shared)]
        assert lines == [line for line in unit.splitlines() if line.startswith(shared)] != [], shared
    assert "\nProcSubset=" not in unit, "it looks at /proc/swaps"
    timer = unit_of(f"{DOCTOR}.timer")
    assert "\nOnCalendar=" in timer
    assert "\nWantedBy=timers.target\n" in timer


@pytest.mark.parametrize("part", UNITS)
def test_a_file_that_is_renamed_into_its_place_is_seen_in_the_container(part: str) -> None:
    """A single file that is mounted stays the one that it was: folders are mounted, and the settings lead into them."""
    targets = [str(volume).split(":")[1] for volume in services()[part]["volumes"] if isinstance(volume, str)]
    named = dict(ASSIGNED.findall(EXAMPLE.read_text("utf-8")))
    for setting in ("PANOH_KEYRING", "PANOH_CONTACTS", "PANOH_ROSTER"):
        assert named[setting] not in targets
        folder = str(Path(named[setting]).parent)
        assert folder in targets or (part == "jobs" and setting != "PANOH_ROSTER"), setting


def test_what_the_settings_name_of_the_host_is_not_looked_for_in_a_container() -> None:
    """The example names a folder of secrets that no container has."""
    for service in services().values():
        assert service["environment"]["PANOH_SECRETS_DIR"] == "/run/secrets/panoh"


def test_the_proxy_that_the_desk_believes_is_the_host_as_a_container_sees_it() -> None:
    found = YAML(typ="safe").load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))
    (network,) = found["networks"]["default"]["ipam"]["config"]
    assert services()["desk"]["environment"]["PANOH_DESK_PROXY"] == network["gateway"]
    assert ip_address(network["gateway"]) in ip_network(network["subnet"])
    assert services()["desk"]["ports"] == ["127.0.0.1:8082:8082"], "nobody else comes from the gateway"


@pytest.mark.parametrize("part", SERVICES)
def test_the_container_can_write_nowhere_but_where_it_must(part: str) -> None:
    service = services()[part]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["user"].split(":")[0] != "0"
    writable = [volume for volume in service["volumes"] if not str(volume).endswith(":ro")]
    assert [volume if isinstance(volume, str) else volume["target"] for volume in writable] == [
        "data:/var/lib/panoh",
        *(["/run/panoh"] if part == "defender" else []),
    ]


def test_the_route_keys_outlive_the_container_but_not_the_machine() -> None:
    """A named volume in memory is unmounted, and so emptied, when the last container that uses it ends."""
    service = services()["defender"]
    (route,) = (volume for volume in service["volumes"] if not isinstance(volume, str))
    assert route["type"] == "bind"
    assert route["source"].startswith("/run/")
    assert service["environment"]["PANOH_ROUTE_DIR"].startswith(route["target"])
    unit = unit_of("panoh.service")
    assert "\nRuntimeDirectoryPreserve=yes\n" in unit


@pytest.mark.parametrize("part", UNITS)
def test_the_guide_makes_every_secret_that_a_unit_loads(part: str) -> None:
    guide = (ROOT / "docs" / "operating.md").read_text("utf-8")
    for loaded in re.findall(r"^LoadCredential=\w+:(.*)$", unit_of(f"{UNITS[part]}.service"), re.MULTILINE):
        assert re.search(rf"^(cat|openssl rand -hex 32) > {loaded} ", guide, re.MULTILINE), loaded


def test_whoever_follows_the_guide_has_a_roster_in_use(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "operating.md").read_text("utf-8")
    kept = tmp_path / "env"
    shutil.copyfile(EXAMPLE, kept)
    (line,) = re.findall(r"^sed -i .*?/etc/panoh/env", guide, re.MULTILINE)
    subprocess.run([*shlex.split(line)[:-1], str(kept)], check=True)
    (copied,) = re.findall(r"^cp deploy/roster\.example\.toml (\S+)", guide, re.MULTILINE)
    assert f"\nPANOH_ROSTER={copied}\n" in kept.read_text("utf-8")
    roster.load(ROOT / "deploy" / "roster.example.toml")


def test_what_an_operator_fills_in_is_copied_into_no_image_and_no_commit() -> None:
    named = [
        "deploy/env",
        "deploy/secrets/defender/defender_token",
        "deploy/public/keyring.signed",
        "deploy/roster.toml",
    ]
    kept_out = (ROOT / ".dockerignore").read_text("utf-8").split()
    for name in named:
        assert any(fnmatch(name, pattern) or name.startswith(f"{pattern}/") for pattern in kept_out), name
    done = subprocess.run(["git", "check-ignore", *named], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.split() == named
