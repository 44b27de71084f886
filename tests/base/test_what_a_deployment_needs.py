"""The variables, the documentation and the files in deploy/ say the same; checks name what was forgotten."""

import ast
import re
import subprocess
import sys

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

from cop.base.checks import check_deployment
from tests.base.processes import ROOT

OPERATING = (ROOT / "docs" / "operating.md").read_text()
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
SOUND = {
    "IS_DEVELOPMENT": False,
    "SITE_URL": "https://practice.example.org",
    "SITE_HOST": "practice.example.org",
    "SITE_IS_SECURE": True,
    "TRUSTED_PROXY_COUNT": 1,
    "SITE_OPERATOR": "Example Institute, 1 Example Road",
    "PRIVACY_CONTACT": "privacy@example.org",
    "EMAIL_URL": "smtp://mail.example.org",
    "DEFAULT_FROM_EMAIL": "Practice <hello@example.org>",
    "REDIS_URL": "redis://redis:6379/0",
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
}


def test_static_files_are_collected_and_modules_name_each_other_by_hashed_names(settings, tmp_path):
    hashed = {"BACKEND": "cop.base.storage.StaticStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": hashed}
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    (module,) = tmp_path.glob("js/completing.????????????.js")
    named = re.findall(r'from "\./([^"]+)"', module.read_text())
    assert named
    assert all((tmp_path / "js" / name).exists() and re.search(r"\.[0-9a-f]{12}\.js$", name) for name in named)


def variables_read() -> set[str]:
    """Every variable that settings read from the environment."""
    calls = [node for node in ast.walk(ast.parse((ROOT / "cop/settings.py").read_text())) if isinstance(node, ast.Call)]
    reads = [call for call in calls if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "env"]
    named = {call.args[0].value for call in reads if call.args and isinstance(call.args[0], ast.Constant)}
    # Read in a loop, one for each kind of thing that is let go of; mails that came in have INCOMING_DAYS.
    return named | {f"KEEP_{name.upper().replace('-', '_')}_DAYS" for name in settings.KEEP_DAYS if name != "incoming"}


def variables_in_table() -> set[str]:
    return set(re.findall(r"^\| `([A-Z0-9_]+)`", OPERATING, re.MULTILINE))


def test_each_variable_is_documented_and_each_documented_one_is_read():
    assert variables_read() == variables_in_table()


def test_the_example_names_only_documented_variables():
    named = re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / "deploy/env.example").read_text(), re.MULTILINE)
    assert "SECRET_KEY" in named
    assert all(f"`{name}`" in OPERATING for name in named)


def test_compose_names_only_variables_that_the_example_has():
    example = (ROOT / "deploy/env.example").read_text()
    used = re.findall(r"\$\{([A-Z_]+)", (ROOT / "deploy/compose.yaml").read_text())
    assert used
    assert all(f"\n{name}=" in example for name in used)


def test_the_image_holds_every_part_of_the_site():
    parts = {path.parent.name for path in ROOT.glob("*/apps.py")} | {"cop", "static", "templates"}
    copied = set(re.findall(r"^COPY (\w+) /app/", (ROOT / "deploy" / "Dockerfile").read_text(), re.MULTILINE))
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert parts <= copied
    assert parts <= let_in


def test_compose_runs_each_part_on_what_it_needs():
    services = COMPOSE["services"]
    assert {"web", "worker", "slow", "beat", "prepare", "db", "redis", "proxy"} == set(services)
    for part in ("web", "worker", "slow", "beat"):
        assert services[part]["depends_on"] == {"prepare": {"condition": "service_completed_successfully"}}
        assert set(services[part]["environment"]) <= variables_read()
    mounted = {volume.split(":")[0] for part in services.values() for volume in part.get("volumes", [])}
    assert mounted - {"./Caddyfile"} == set(COMPOSE["volumes"])


@pytest.mark.parametrize("queue", ["mail", "default", "slow"])
def test_each_queue_is_worked_on_by_compose_and_systemd(queue):
    commands = [part.get("command", "") for part in COMPOSE["services"].values()]
    commands += [unit.read_text() for unit in (ROOT / "deploy/systemd").glob("*.service")]
    listening = [command for command in commands if queue in "".join(re.findall(r"--queues (\S+)", command)).split(",")]
    assert len(listening) == 2


def deploy(settings, given: dict[str, object]) -> None:
    for name, value in given.items():
        setattr(settings, name, value)


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_nothing_is_missing_from_a_sound_deployment(settings):
    deploy(settings, SOUND)
    assert check_deployment(None) == []


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize(
    ("forgotten", "number"),
    [
        ({"IS_DEVELOPMENT": True}, "cop.W001"),
        ({"SITE_IS_SECURE": False, "SITE_URL": "http://practice.example.org"}, "cop.W002"),
        ({"TRUSTED_PROXY_COUNT": 0}, "cop.W003"),
        ({"EMAIL_URL": "", "EMAIL_PROVIDER": ""}, "cop.W004"),
        ({"DEFAULT_FROM_EMAIL": "Practice <noreply@practice.example.org>"}, "cop.W005"),
        ({"REDIS_URL": ""}, "cop.W006"),
        ({"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}}, "cop.W007"),
        ({"PRIVACY_CONTACT": ""}, "cop.W008"),
    ],
)
def test_what_was_forgotten_is_named(settings, forgotten, number):
    deploy(settings, {**SOUND, **forgotten})
    (warning,) = check_deployment(None)
    assert warning.id == number
    assert warning.hint


@pytest.mark.parametrize(
    ("name", "value"), [("DEBUG", "perhaps"), ("TRUSTED_PROXY_COUNT", "one"), ("DATABASE_URL", "x")]
)
def test_a_value_that_cannot_be_read_stops_the_start_by_its_name(tmp_path, name, value):
    command = [sys.executable, "-c", "import cop.settings"]
    env = {name: value, "VAR_DIR": str(tmp_path)}
    found = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert name in found.stderr.splitlines()[-1]


def test_preparing_twice_collects_once(db, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("prepare", verbosity=0)
    (settings.STATIC_ROOT / "css" / "base.css").unlink()
    call_command("prepare", verbosity=0)
    assert (settings.STATIC_ROOT / "css" / "tokens.css").exists()
    assert not (settings.STATIC_ROOT / "css" / "base.css").exists()
